"""What identity holds about people: exported whole, erased town by town, and the account with the last of it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from parvis.core.tenancy.context import current_territory_id

from .models import Account, Assignment, OrganisationInvitation, OrganisationMember, Person, Presence, SignIn


def export_here(person_id: UUID) -> dict[str, Any]:
    """Return what the territory in force holds: presence, roles, seats in organisations."""
    presence = Presence.objects.filter(person_id=person_id, territory_id=current_territory_id()).first()
    roles = Assignment.objects.filter(person_id=person_id).select_related("role")
    seats = OrganisationMember.objects.filter(person_id=person_id).select_related("organisation")
    return {
        "presence": [
            {"entered_at": _iso(presence.entered_at), "withdrawn_at": _iso(presence.withdrawn_at)},
        ]
        if presence
        else [],
        "roles": [{"role": r.role.name, "from": _iso(r.starts_at), "until": _iso(r.ends_at)} for r in roles],
        "organisations": [
            {"organisation": s.organisation.name, "role": s.role, "from": _iso(s.starts_at), "until": _iso(s.ends_at)}
            for s in seats
        ],
        "invitations": [
            {"organisation": i.organisation.name, "email": i.email, "at": _iso(i.created_at)}
            for i in _invitations(person_id).select_related("organisation")
        ],
    }


def _invitations(person_id: UUID) -> QuerySet[OrganisationInvitation]:
    """Return the invitations sent to the person's address."""
    addresses = Person.objects.filter(pk=person_id).exclude(email="").values("email")
    return OrganisationInvitation.objects.filter(email__in=addresses)


def erase_here(person_id: UUID, now: datetime) -> Iterable[str]:
    """End what the territory in force holds; what a role did stays, as an act of the municipality."""
    _invitations(person_id).delete()
    kept = []
    if Assignment.objects.filter(person_id=person_id).exists():
        kept.append(_("The roles you held: who decided for the town must remain known."))
    seats = OrganisationMember.objects.filter(person_id=person_id)
    if seats.filter(role="administrator", ends_at=None).exists():
        kept.append(_("Your seat as an administrator: name another one first, or let the organisation leave."))
    seats.exclude(Q(role="administrator") & Q(ends_at=None)).delete()
    return kept


def export_account(person_id: UUID) -> dict[str, Any]:
    """Return the person, the account and how it was used (scope ``mine``)."""
    person = Person.objects.get(pk=person_id)
    account = Account.objects.filter(pk=person_id).first()
    return {
        "person": [
            {
                "name": person.name,
                "email": person.email,
                "phone": person.phone,
                "address": person.address,
                "language": person.language,
                "level": person.level,
                "made_at": _iso(person.created_at),
            }
        ],
        "account": [{"email": account.email, "last_login": _iso(account.last_login)}] if account else [],
        "locks": [
            {"kind": lock.type, "made_at": _iso(lock.created_at), "used_at": _iso(lock.last_used_at)}
            for lock in Authenticator.objects.filter(user_id=person_id)
        ],
        "devices": [
            {"device": s.user_agent, "network": s.ip, "since": _iso(s.created_at), "seen_at": _iso(s.last_seen_at)}
            for s in UserSession.objects.filter(user_id=person_id)
        ],
        "sign_ins": [
            {"at": _iso(s.at), "method": s.method, "succeeded": s.succeeded, "network": s.network, "device": s.device}
            for s in SignIn.objects.filter(person_id=person_id).order_by("-at")
        ],
    }


def erase_account(person_id: UUID, now: datetime) -> Iterable[str]:
    """Close the account and forget the person's details; an empty row keeps what the towns must keep apart."""
    for session in UserSession.objects.filter(user_id=person_id):
        session.end()
    SignIn.objects.filter(person_id=person_id).delete()
    Account.objects.filter(pk=person_id).delete()
    Person.objects.filter(pk=person_id).update(name="–", email="", phone="", address="", level=0)
    return []


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
