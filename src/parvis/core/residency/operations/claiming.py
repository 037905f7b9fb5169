"""Say where one lives; move; end."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from parvis.core.events.operations import record
from parvis.core.geo.queries import Match, search_addresses
from parvis.core.identity.operations import enter_territory
from parvis.core.tenancy.context import use
from parvis.core.tenancy.here import territory_here
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import Conflict, Invalid, TooMuch, WrongState, gettext_noop, require

from .. import queries, rules
from ..models import Ending, Letter, Residency
from ..workflow import State, sources_of
from .acting import working_for

MOST_A_YEAR = 6
"""Addresses that somebody may say in a year in one town, by themselves."""


@transaction.atomic
def claim_residency(*, actor: Actor, address: str, now: datetime, person_id: UUID | None = None) -> Residency:
    """Say where somebody lives in the territory in force (by default the actor). The same again changes nothing.

    Another address in the same town ends the first as moved, and waits for its own proof. Raises NotAllowed, Invalid
    (``address``), TooMuch (six a year by oneself), Conflict (twice at the same instant).
    """
    whose = person_id or actor.person_id
    require(rules.can_claim(actor, whose))
    label, known = _placed(address)
    present = queries.current(whose)
    if present is not None:
        if present.address == label:
            return present
        _refuse_wanderers(actor, present, now)
        _end(actor, present, Ending.MOVED, now)
    try:
        with transaction.atomic():
            made = Residency.objects.create(person_id=whose, address=label, address_id=known, claimed_at=now)
    except IntegrityError:
        raise Conflict from None
    record(working_for(actor, made), "residency.claimed", made, now=now)
    return made


def _refuse_wanderers(actor: Actor, present: Residency, now: datetime) -> None:
    said = Residency.objects.filter(person_id=present.person_id, claimed_at__gt=now - timedelta(days=365))
    if rules.is_mine(actor, present) and said.count() >= MOST_A_YEAR:
        raise TooMuch(gettext_noop("You have moved six times in a year. Come to the counter, or telephone."))


def _placed(address: str) -> tuple[str, UUID | None]:
    """Return an address as the map writes it, with its id there when it is known exactly. Raises Invalid."""
    typed = " ".join(address.split())[:200]
    if not typed:
        raise Invalid(gettext_noop("Write the address where you live."), field="address")
    found = next(iter(search_addresses(territory_here(), typed, limit=1)), None)
    if found is not None and found.match is Match.EXACT and found.address_id is not None:
        return found.label, found.address_id
    return typed, None


@transaction.atomic
def move_residency(*, actor: Actor, residency: Residency, to: Territory, address: str, now: datetime) -> Residency:
    """Move oneself to another territory of the instance: rights end here, a claim begins there, history stays.

    The new town sees the person from then on, as when one enters it. Raises NotAllowed, Invalid, WrongState.
    """
    require(rules.is_mine(actor, residency))
    if to.pk == residency.territory_id:
        return claim_residency(actor=actor, address=address, now=now)
    end_residency(actor=actor, residency=residency, because=Ending.MOVED, now=now, moved_to=to)
    there = Actor(territory_id=to.pk, person_id=actor.person_id, channel=actor.channel, level=actor.level)
    enter_territory(actor=there, now=now)
    with use(territory=to):
        return claim_residency(actor=there, address=address, now=now)


@transaction.atomic
def end_residency(
    *, actor: Actor, residency: Residency, because: str, now: datetime, moved_to: Territory | None = None
) -> Residency:
    """End a residency: one's own, or as staff who know better. Raises NotAllowed, Invalid, WrongState."""
    require(rules.can_change(actor, residency))
    if because not in Ending.values:
        raise Invalid(gettext_noop("Say why it ends."), field="because")
    return _end(actor, residency, because, now, moved_to)


def _end(
    actor: Actor, residency: Residency, because: str, now: datetime, moved_to: Territory | None = None
) -> Residency:
    standing = Residency.objects.filter(pk=residency.pk, state__in=sources_of(State.ENDED))
    if not standing.update(state=State.ENDED.value, ended_at=now, ended_because=because, moved_to=moved_to):
        raise WrongState
    Letter.objects.filter(residency_id=residency.pk, used_at=None, spoilt_at=None).update(spoilt_at=now)
    residency.refresh_from_db()
    record(working_for(actor, residency), "residency.ended", residency, now=now, because=because)
    return residency
