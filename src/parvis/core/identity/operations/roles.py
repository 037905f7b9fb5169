"""Writes about roles, teams and who holds them."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from parvis.core.events.operations import record
from parvis.core.registry.registry import registry
from parvis.core.tenancy.context import current_territory_id, use
from parvis.lib.actor import Actor
from parvis.lib.errors import Conflict, Invalid, NotFound, gettext_noop, require

from .. import rules
from ..models import Account, Assignment, Person, Role, Team
from ..standard_roles import STANDARD_ROLES, foreseen_permissions, stored_permissions
from .checks import keeping_an_administrator

_INSTANT = timedelta(microseconds=1)


@transaction.atomic
def ensure_standard_roles(territory_id: UUID) -> dict[str, Role]:
    """Give a territory the roles every territory starts with, by slug; change nothing that is there."""
    with use(territory=territory_id):
        roles = {}
        for slug, name in STANDARD_ROLES.items():
            roles[slug], _made = Role.objects.get_or_create(
                slug=slug,
                territory_id=territory_id,
                defaults={"name": str(name), "permissions": stored_permissions(slug), "is_standard": True},
            )
    return roles


def permissions_of(role: Role) -> frozenset[str]:
    """Return every permission code a role gives."""
    return frozenset(role.permissions) | (foreseen_permissions(role.slug) if role.is_standard else frozenset())


@transaction.atomic
def save_role(*, actor: Actor, name: str, permissions: list[str], now: datetime, role: Role | None = None) -> Role:
    """Make a role of the territory's own, or change one. Raises NotAllowed, Invalid, Conflict, LastAdministrator.

    Nobody gives a permission they do not have themselves.
    """
    require(rules.can_assign(actor))
    known = {code for module in registry() for code in module.permissions} | {"*"}
    if unknown := set(permissions) - known:
        raise Invalid(gettext_noop("Unknown permission: %(codes)s."), codes=", ".join(sorted(unknown)))
    _require_held(actor, frozenset(permissions))
    if not name.strip():
        raise Invalid(gettext_noop("Give the role a name."), field="name")
    with keeping_an_administrator("role_keeps_administrator"), _unique():
        role = role or Role(slug=slugify(name)[:40] or "role", territory_id=current_territory_id())
        role.name, role.permissions = name.strip(), sorted(permissions)
        role.save()
    record(actor, "identity.role_saved", role, now=now)
    return role


@transaction.atomic
def assign_role(
    *,
    actor: Actor,
    person_id: UUID,
    role: Role,
    now: datetime,
    team: Team | None = None,
    district_id: UUID | None = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Assignment:
    """Give somebody who entered the territory a role there. Raises NotAllowed, NotFound, Invalid, Conflict.

    Only who may give roles does so, and never one that can do more than they can. The person needs an account.
    """
    require(rules.can_assign(actor))
    _require_held(actor, permissions_of(role))
    if not Person.objects.filter(pk=person_id).exists():
        raise NotFound()
    if not Account.objects.filter(pk=person_id).exists():
        raise Invalid(gettext_noop("This person has no account yet: ask them to make one."), field="person")
    if ends_at is not None and ends_at <= (starts_at or now):
        raise Invalid(gettext_noop("The end comes before the beginning."), field="ends_at")
    with _unique():
        assignment = Assignment.objects.create(
            person_id=person_id,
            role=role,
            team=team,
            district_id=district_id,
            starts_at=starts_at or now,
            ends_at=ends_at,
        )
    record(actor, "identity.role_assigned", assignment, now=now, person=str(person_id), role=str(role.pk))
    return assignment


@transaction.atomic
def end_assignment(*, actor: Actor, assignment: Assignment, now: datetime) -> None:
    """Take a role back from now on. Raises NotAllowed, LastAdministrator; one that ended is left as it is."""
    require(rules.can_assign(actor))
    if assignment.ends_at is not None and assignment.ends_at <= now:
        return
    with keeping_an_administrator("assignment_keeps_administrator"):
        assignment.ends_at = max(now, assignment.starts_at + _INSTANT)
        assignment.save(update_fields=["ends_at"])
    record(
        actor,
        "identity.role_ended",
        assignment,
        now=now,
        person=str(assignment.person_id),
        role=str(assignment.role_id),
    )


@transaction.atomic
def save_team(*, actor: Actor, name: str, now: datetime, email: str = "", team: Team | None = None) -> Team:
    """Make a team that shares a work list, or rename one. Raises NotAllowed, Invalid, Conflict."""
    require(rules.can_assign(actor))
    if not name.strip():
        raise Invalid(gettext_noop("Give the team a name."), field="name")
    with _unique():
        team = team or Team(slug=slugify(name)[:40] or "equipe", territory_id=current_territory_id())
        team.name, team.email = name.strip(), email
        team.save()
    record(actor, "identity.team_saved", team, now=now)
    return team


def _require_held(actor: Actor, codes: frozenset[str]) -> None:
    require(
        all(actor.may(code, territory_id=current_territory_id()) for code in codes),
        gettext_noop("This role may do more than you may: ask somebody who can."),
    )


class _unique:  # noqa: N801  (reads as a statement: with _unique())
    """Turn a name that is taken, or a role held already, into a sentence."""

    def __enter__(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self.atomic.__exit__(kind, error, trace)  # type: ignore[arg-type]
        if isinstance(error, IntegrityError) and "_once" in str(error):
            raise Conflict() from error
