"""What a card may say of its holder at a moment. Where somebody lives is asked of `core.residency` alone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from parvis.core.identity.actors import level_of
from parvis.core.identity.models import Person
from parvis.core.registry.card import CardPurpose
from parvis.core.residency import queries as residency
from parvis.core.tenancy.context import current_territory_id

from .models import Card
from .token import DAY_ZERO, Claim


@dataclass(frozen=True, slots=True)
class Standing:
    """Who somebody is in the territory in force; `until`: the last day of the proof, without its grace.

    `holds_until` is the last day on which residents' rights hold.
    """

    name: str
    level: int
    is_resident: bool
    until: date | None = None
    holds_until: date | None = None


def standing_of(person: Person, now: datetime) -> Standing:
    """Return what the territory in force knows of somebody at this moment."""
    level = level_of(person, current_territory_id(), now=now)
    home = residency.current(person.pk)
    grace = residency.options().grace_days
    if home is None or not home.holds(residency.today_here(now), grace):
        return Standing(person.name, level, False)
    return Standing(person.name, level, True, home.valid_until, home.valid_until + timedelta(days=grace))


def entitlements_of(person_id: UUID, purpose: CardPurpose, now: datetime) -> list[str]:
    """Return what the purpose's module grants somebody, as short codes of its own."""
    return sorted(set(purpose.entitlements(person_id, now))) if purpose.entitlements else []


def claims_for(card: Card, standing: Standing, purpose: CardPurpose, now: datetime) -> dict[int, object]:
    """Return the claims that a purpose asks for, and no other."""
    said: dict[str, tuple[int, object]] = {
        "resident": (Claim.RESIDENT, standing.is_resident),
        "until": (Claim.RESIDENT_UNTIL, (standing.until - DAY_ZERO).days if standing.until else None),
        "level": (Claim.LEVEL, standing.level),
        "number": (Claim.NUMBER, card.number),
        "name": (Claim.NAME, standing.name),
        "entitlements": (Claim.ENTITLEMENTS, entitlements_of(card.person_id, purpose, now) or None),
    }
    wanted = [*purpose.claims, *(["entitlements"] if purpose.entitlements else [])]
    return {name: value for name, value in (said[claim] for claim in wanted) if value is not None}
