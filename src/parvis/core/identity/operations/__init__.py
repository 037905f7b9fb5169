"""Every write about people, roles and organisations."""

from .accounts import forget_sign_ins, make_account
from .checks import LastAdministrator
from .organisations import (
    accept_invitation,
    admit,
    ask_to_join,
    change_member,
    change_organisation,
    end_membership,
    invitation_of,
    invite_member,
    leave_with_organisation,
    refuse,
    register_organisation,
    withdraw_invitation,
)
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
    "accept_invitation",
    "admit",
    "ask_to_join",
    "assign_role",
    "change_details",
    "change_member",
    "change_organisation",
    "end_assignment",
    "end_membership",
    "ensure_standard_roles",
    "enter_territory",
    "forget_sign_ins",
    "invitation_of",
    "invite_member",
    "leave_territory",
    "leave_with_organisation",
    "make_account",
    "make_person",
    "permissions_of",
    "refuse",
    "register_organisation",
    "save_role",
    "save_team",
    "withdraw_invitation",
]
