"""Writes about organisations: asking to join, being admitted, members, invitations, leaving."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from parvis.core.events.operations import record
from parvis.core.ui.pagecache import bump
from parvis.lib.actor import Actor
from parvis.lib.errors import Conflict, Invalid, NotFound, WrongState, gettext_noop, require

from .. import rules
from ..models import (
    MemberRole,
    Organisation,
    OrganisationInvitation,
    OrganisationMember,
    OrganisationStatus,
)
from .checks import keeping_an_administrator

INVITATION_LASTS = timedelta(days=14)
_INSTANT = timedelta(microseconds=1)
DETAILS = frozenset({"name", "kind", "description", "website", "email", "phone", "invoice_address", "is_shared"})


@transaction.atomic
def ask_to_join(*, actor: Actor, name: str, kind: str, now: datetime, **details: Any) -> Organisation:
    """Ask the territory in force to admit an organisation; who asks is its first administrator.

    Raises NotAllowed (a visitor, or somebody the territory does not see yet), Invalid.
    """
    require(rules.can_ask_to_join(actor))
    organisation = _written_down(Organisation(asked_at=now), name, kind, details)
    OrganisationMember.objects.create(
        organisation=organisation, person_id=actor.person_id, role=MemberRole.ADMINISTRATOR, starts_at=now
    )
    record(actor, "identity.organisation_asked", organisation, now=now)
    return organisation


@transaction.atomic
def register_organisation(*, actor: Actor, name: str, kind: str, now: datetime, **details: Any) -> Organisation:
    """Write down a contractor or another body that the town works with: admitted at once, without a member.

    What is handed to it goes to its e-mail address. Raises NotAllowed, Invalid.
    """
    require(rules.can_admit(actor))
    admitted = Organisation(asked_at=now, decided_at=now, status=OrganisationStatus.ADMITTED)
    organisation = _written_down(admitted, name, kind, details)
    record(actor, "identity.organisation_admitted", organisation, now=now)
    bump(organisation.territory_id)
    return organisation


def _written_down(organisation: Organisation, name: str, kind: str, details: dict[str, Any]) -> Organisation:
    if not name.strip():
        raise Invalid(gettext_noop("Write the organisation's name."), field="name")
    _known(details)
    for field, value in {**details, "name": name.strip(), "kind": kind, "slug": _free_slug(name)}.items():
        setattr(organisation, field, value)
    organisation.full_clean(exclude=["territory"], validate_unique=False, validate_constraints=False)
    organisation.save(force_insert=True)
    return organisation


def _free_slug(name: str) -> str:
    base = slugify(name)[:50] or "organisme"
    taken = set(Organisation.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, 10_000))) if slug not in taken)


def _known(details: dict[str, Any]) -> None:
    if unknown := set(details) - DETAILS:
        raise Invalid(gettext_noop("Unknown detail: %(names)s."), names=", ".join(sorted(unknown)))


@transaction.atomic
def admit(*, actor: Actor, organisation: Organisation, now: datetime) -> Organisation:
    """Admit an organisation that asked. Raises NotAllowed, WrongState."""
    require(rules.can_admit(actor))
    return _decide(actor, organisation, OrganisationStatus.ADMITTED, "identity.organisation_admitted", now)


@transaction.atomic
def refuse(*, actor: Actor, organisation: Organisation, now: datetime) -> Organisation:
    """Refuse an organisation that asked. Raises NotAllowed, WrongState."""
    require(rules.can_admit(actor))
    return _decide(actor, organisation, OrganisationStatus.REFUSED, "identity.organisation_refused", now)


def _decide(
    actor: Actor, organisation: Organisation, status: OrganisationStatus, event: str, now: datetime
) -> Organisation:
    changed = Organisation.objects.filter(pk=organisation.pk, status=OrganisationStatus.ASKED).update(
        status=status, decided_at=now
    )
    if not changed:
        raise WrongState()
    organisation.refresh_from_db()
    record(actor, event, organisation, now=now)
    bump(organisation.territory_id)
    return organisation


@transaction.atomic
def change_organisation(*, actor: Actor, organisation: Organisation, now: datetime, **details: Any) -> Organisation:
    """Change what is told of an organisation, by its own or, without members, by staff. Raises NotAllowed, Invalid."""
    require(rules.can_manage(actor, organisation) or rules.can_keep(actor, organisation))
    _known(details)
    for name, value in details.items():
        setattr(organisation, name, value)
    organisation.full_clean(exclude=["territory", "slug"], validate_unique=False, validate_constraints=False)
    organisation.save(update_fields=[*details])
    record(actor, "identity.organisation_changed", organisation, now=now, details=sorted(details))
    bump(organisation.territory_id)
    return organisation


@transaction.atomic
def leave_with_organisation(*, actor: Actor, organisation: Organisation, now: datetime) -> None:
    """Let an organisation leave the territory: its terms end, its page goes. Raises NotAllowed, WrongState."""
    require(rules.can_manage(actor, organisation))
    changed = Organisation.objects.filter(
        pk=organisation.pk, status__in=[OrganisationStatus.ASKED, OrganisationStatus.ADMITTED]
    ).update(status=OrganisationStatus.LEFT, decided_at=now)
    if not changed:
        raise WrongState()
    # A term that began at this very moment still needs an end after its beginning.
    organisation.members.filter(ends_at=None, starts_at__lt=now).update(ends_at=now)
    organisation.members.filter(ends_at=None).update(ends_at=now + _INSTANT)
    organisation.refresh_from_db()
    record(actor, "identity.organisation_left", organisation, now=now)
    bump(organisation.territory_id)


@transaction.atomic
def invite_member(
    *, actor: Actor, organisation: Organisation, email: str, now: datetime, role: str = MemberRole.MEMBER
) -> tuple[OrganisationInvitation, str]:
    """Invite somebody by e-mail; return the invitation and its secret, kept nowhere. Raises NotAllowed, Conflict.

    The caller sends the secret (:func:`parvis.core.identity.mails.send_invitation`). An older invitation that has
    expired gives way.
    """
    require(rules.can_manage(actor, organisation))
    if role not in MemberRole.values:
        raise Invalid(gettext_noop("There is no such role."), field="role")
    address = email.strip().lower()
    waiting = organisation.invitations.filter(email=address, accepted_at=None, withdrawn_at=None)
    waiting.filter(expires_at__lte=now).update(withdrawn_at=now)
    secret = secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            invitation = OrganisationInvitation.objects.create(
                organisation=organisation,
                email=address,
                role=role,
                secret_hash=_hash(secret),
                invited_by_id=actor.person_id,
                created_at=now,
                expires_at=now + INVITATION_LASTS,
            )
    except IntegrityError as error:
        raise Conflict(gettext_noop("This person was invited already."), field="email") from error
    record(actor, "identity.member_invited", organisation, now=now, invitation=str(invitation.pk))
    return invitation, secret


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def invitation_of(secret: str, *, now: datetime) -> OrganisationInvitation:
    """Return the invitation that waits under this secret, in the territory in force. Raises NotFound."""
    found = (
        OrganisationInvitation.objects.filter(
            secret_hash=_hash(secret), accepted_at=None, withdrawn_at=None, expires_at__gt=now
        )
        .select_related("organisation")
        .first()
    )
    if found is None or found.organisation.status != OrganisationStatus.ADMITTED:
        raise NotFound(gettext_noop("This invitation was used, taken back, or is too old. Ask for another one."))
    return found


@transaction.atomic
def accept_invitation(*, actor: Actor, secret: str, now: datetime) -> OrganisationMember:
    """Become a member: whoever holds the secret was reached as invited. Raises NotAllowed, NotFound, Conflict."""
    require(rules.can_ask_to_join(actor))
    invitation = invitation_of(secret, now=now)
    if OrganisationMember.objects.filter(
        organisation_id=invitation.organisation_id, person_id=actor.person_id, ends_at=None
    ).exists():
        raise Conflict(gettext_noop("You are a member already."))
    OrganisationInvitation.objects.filter(pk=invitation.pk).update(accepted_at=now)
    member = OrganisationMember.objects.create(
        organisation=invitation.organisation, person_id=actor.person_id, role=invitation.role, starts_at=now
    )
    record(actor, "identity.member_joined", member, now=now, organisation=str(invitation.organisation_id))
    return member


@transaction.atomic
def withdraw_invitation(*, actor: Actor, invitation: OrganisationInvitation, now: datetime) -> None:
    """Take an invitation back. Raises NotAllowed, WrongState."""
    require(rules.can_manage(actor, invitation.organisation))
    waiting = OrganisationInvitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
    if not waiting.update(withdrawn_at=now):
        raise WrongState()


@transaction.atomic
def change_member(
    *, actor: Actor, member: OrganisationMember, role: str, now: datetime, ends_at: datetime | None = None
) -> OrganisationMember:
    """Change a member's role, and when the term ends. Raises NotAllowed, Invalid, LastAdministrator."""
    require(rules.can_manage(actor, member.organisation))
    if role not in MemberRole.values:
        raise Invalid(gettext_noop("There is no such role."), field="role")
    if ends_at is not None and ends_at <= member.starts_at:
        raise Invalid(gettext_noop("The end comes before the beginning."), field="ends_at")
    with keeping_an_administrator("member_keeps_administrator"):
        member.role, member.ends_at = role, ends_at
        member.save(update_fields=["role", "ends_at"])
    record(actor, "identity.member_changed", member, now=now, organisation=str(member.organisation_id), role=role)
    return member


@transaction.atomic
def end_membership(*, actor: Actor, member: OrganisationMember, now: datetime) -> None:
    """End a term: one's own, or as an administrator. Raises NotAllowed, LastAdministrator, WrongState (ended)."""
    require(actor.person_id == member.person_id or rules.can_manage(actor, member.organisation))
    if member.ends_at is not None and member.ends_at <= now:
        raise WrongState()
    with keeping_an_administrator("member_keeps_administrator"):
        member.ends_at = max(now, member.starts_at + _INSTANT)
        member.save(update_fields=["ends_at"])
    record(actor, "identity.member_ended", member, now=now, organisation=str(member.organisation_id))
