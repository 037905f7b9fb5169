"""Every write about people, roles and organisations."""

from .accounts import make_account
from .checks import LastAdministrator
from .people import change_details, enter_territory, leave_territory, make_person
from .roles import (
    assign_role,
    end_assignment,
    ensure_standard_roles,
    permissions_of,
    save_role,
    save_team,
)

__all__ = [
    "LastAdministrator",
    "assign_role",
    "change_details",
    "end_assignment",
    "ensure_standard_roles",
    "enter_territory",
    "leave_territory",
    "make_account",
    "make_person",
    "permissions_of",
    "save_role",
    "save_team",
]
