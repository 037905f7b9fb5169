"""Reads: from a token to its key, from a key to an actor, the lists of owners and of staff."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from parvis.core.identity.models import MemberRole, Organisation, OrganisationMember, OrganisationStatus
from parvis.core.registry.entries import ApiScope
from parvis.core.registry.registry import registry
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import switched_on
from parvis.lib.actor import Actor, Channel

from .models import ApiKey, KeyState


def hash_of(token: str) -> str:
    """Return what is kept of a token. Its 256 random bits need no slow hash: nobody can try them all."""
    return hashlib.sha256(token.encode()).hexdigest()


def key_of(token: str, territory: Territory | UUID, *, now: datetime | None = None) -> ApiKey | None:
    """Return the key that a token opens in a territory at this moment; None for any other, whatever the reason.

    The key of an organisation opens nothing once the organisation is no longer admitted.
    """
    if not token or len(token) > 200:
        return None
    now = now or timezone.now()
    with use(territory=territory):
        key = ApiKey.objects.select_related("organisation").filter(token_hash=hash_of(token)).first()
    if key is None or not key.opens(now):
        return None
    if key.organisation is not None and key.organisation.status != OrganisationStatus.ADMITTED:
        return None
    return key


def actor_of(key: ApiKey) -> Actor:
    """Return who acts when a program comes with this key: a partner whose rights are the key's scopes.

    Scopes of modules that the territory has switched off since give nothing.
    """
    in_use = switched_on()
    scopes = frozenset(code for code in key.scopes if code.partition(".")[0] in in_use)
    return Actor(
        territory_id=key.territory_id, channel=Channel.PARTNER, organisation_id=key.organisation_id, scopes=scopes
    )


def scopes_offered() -> list[ApiScope]:
    """Return what a key may open in the territory in force."""
    in_use = switched_on()
    return [scope for module, scope in registry().gather("api_scopes") if module.name in in_use]


def labels_of(codes: list[str]) -> list[str]:
    """Return what scopes mean, in the reader's language; a code that no module declares any more as it is."""
    labels = {scope.code: str(scope.label) for _, scope in registry().gather("api_scopes")}
    return [labels.get(code, code) for code in codes]


def managed_organisations(person_id: UUID | None, now: datetime) -> QuerySet[Organisation]:
    """Return the admitted organisations that somebody manages in the territory in force."""
    seats = (
        OrganisationMember.objects.filter(
            person_id=person_id, role__in=[MemberRole.ADMINISTRATOR, MemberRole.MANAGER], starts_at__lte=now
        )
        .filter(Q(ends_at=None) | Q(ends_at__gt=now))
        .values("organisation_id")
    )
    return Organisation.objects.filter(pk__in=seats, status=OrganisationStatus.ADMITTED)


def keys_for(person_id: UUID, now: datetime) -> QuerySet[ApiKey]:
    """Return the keys that somebody looks after in the territory in force: their own, their organisations'."""
    own = Q(person_id=person_id, organisation=None)
    return ApiKey.objects.filter(own | Q(organisation__in=managed_organisations(person_id, now))).select_related(
        "organisation"
    )


def waiting_keys() -> QuerySet[ApiKey]:
    """Return the requests that wait for staff, the oldest first."""
    return ApiKey.objects.filter(state=KeyState.ASKED).select_related("organisation", "person").order_by("asked_at")


def decided_keys() -> QuerySet[ApiKey]:
    """Return the keys of the territory that wait for nothing, the newest first."""
    return ApiKey.objects.exclude(state=KeyState.ASKED).select_related("organisation", "person").order_by("-asked_at")


def count_waiting(actor: Actor) -> int:
    """Return how many requests wait for staff."""
    return ApiKey.objects.filter(state=KeyState.ASKED).count()
