"""Every read about cards that is more than a filter."""

import hmac
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from parvis.core.registry.card import CardPurpose
from parvis.core.registry.registry import registry
from parvis.core.tenancy.here import zone_here
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import settings_of, switched_on

from .models import Card, CardState, Place, Revocation, SigningKey, Visit
from .settings import LONGEST_HOURS, Settings
from .token import Form, PublicKey

KEY_GRACE = timedelta(hours=LONGEST_HOURS)
"""How long a key that signs no more is published for the codes on phones."""


def options() -> Settings:
    """Return what the territory in force has set."""
    found: Settings = settings_of("card")
    return found


def today_here(now: datetime) -> date:
    """Return the day in the territory in force."""
    return now.astimezone(zone_here()).date()


def purposes() -> list[CardPurpose]:
    """Return what a card may be shown for in the territory in force, in order."""
    in_use = switched_on()
    found = [
        purpose
        for module in registry()
        if not module.switchable or module.name in in_use
        for purpose in module.card_purposes
    ]
    return sorted(found, key=lambda purpose: (purpose.order, purpose.name))


def all_purpose_names() -> list[str]:
    """Return the names of all purposes of the instance, switched on or not."""
    return [purpose.name for module in registry() for purpose in module.card_purposes]


def purpose_named(name: str) -> CardPurpose | None:
    """Return a purpose of the territory in force by its name."""
    return next((purpose for purpose in purposes() if purpose.name == name), None)


def card_of(person_id: UUID | None) -> Card | None:
    """Return somebody's card in use in the territory in force."""
    if person_id is None:
        return None
    return Card.objects.filter(person_id=person_id, state=CardState.ACTIVE).select_related("person").first()


def cards_of(person_id: UUID) -> QuerySet[Card]:
    """Return all cards that somebody has had in the territory in force, newest first."""
    return Card.objects.filter(person_id=person_id)


def by_number(text: str) -> Card | None:
    """Return a card by the number that somebody reads out, however it is typed."""
    letters = "".join(letter for letter in text.upper() if letter.isalnum())
    if len(letters) != 8:
        return None
    number = f"{letters[:4]}-{letters[4:]}"
    return Card.objects.filter(number=number).select_related("person").first()


def newest_cards() -> QuerySet[Card]:
    """Return the cards of the territory in force, newest first."""
    return Card.objects.select_related("person").order_by("-issued_at", "-id")


def signing_key() -> SigningKey | None:
    """Return the key that signs in the territory in force."""
    return SigningKey.objects.filter(retired_at=None).first()


def published_keys(now: datetime) -> list[tuple[SigningKey, Territory]]:
    """Return the keys of all territories that a card in somebody's hand may need, newest first."""
    needed = Q(retired_at=None) | Q(retired_at__gt=now - KEY_GRACE) | Q(needed_until__gt=now)
    rows = SigningKey._base_manager.filter(needed, distrusted_at=None).order_by("-made_at", "-id")
    towns = Territory.objects.in_bulk({row.territory_id for row in rows})
    return [(row, towns[row.territory_id]) for row in rows]


def trusted_keys(now: datetime) -> Mapping[bytes, PublicKey]:
    """Return the published keys as :func:`.token.read` wants them."""
    from .keyset import number

    found = {}
    for row, town in published_keys(now):
        kid = bytes.fromhex(row.kid)
        found[kid] = PublicKey(kid, row.issuer, town.slug, number(row.x), number(row.y))
    return found


def revoked_codes(now: datetime) -> list[str]:
    """Return the identifiers of codes of all territories that hold no more and would not have ended yet."""
    rows = Revocation._base_manager.filter(until__gt=now)
    return sorted(set(rows.values_list("code_id", flat=True)))


def code_id(card: Card, purpose: str, form: Form, at: datetime) -> bytes:
    """Return the identifier of a code: eight bytes, the same for a purpose during a day, without a tie to any other.

    Nobody who sees codes of one card for two purposes, or on two days, knows that they are of one card; the house can
    name them all again to revoke them, without having kept any.
    """
    period = "paper" if form is Form.PAPER else str(int(at.timestamp()) // 86400)
    words = f"parvis.card {card.pk} {card.edition} {purpose} {period}"
    return hmac.new(card.seed.bytes, words.encode(), sha256).digest()[:8]


def codes_abroad(card: Card, now: datetime) -> dict[str, datetime]:
    """Return the identifiers of all codes of a card that may still hold, with the moment each ends at the latest."""
    phone_end = now + timedelta(hours=LONGEST_HOURS)
    found = {}
    for purpose in all_purpose_names():
        for day in range(LONGEST_HOURS // 24 + 1):
            found[code_id(card, purpose, Form.PHONE, now - timedelta(days=day)).hex()] = phone_end
        if card.paper_until is not None and card.paper_until > now:
            found[code_id(card, purpose, Form.PAPER, now).hex()] = card.paper_until
    return found


def open_places() -> QuerySet[Place]:
    """Return the places of the territory in force that count entries."""
    return Place.objects.filter(closed_at=None)


def counted(place: Place, day: date) -> dict[str, int]:
    """Return how many entries a place had on a day, how many by different codes, how many by residents."""
    rows = Visit.objects.filter(place=place, day=day, taken_back_at=None)
    return rows.aggregate(
        entries=Count("id"),
        people=Count("id", filter=Q(again=False)),
        residents=Count("id", filter=Q(resident=True, again=False)),
    )


def counted_by_day(place: Place, since: date) -> Sequence[Mapping[str, object]]:
    """Return the entries of a place by day since a day, newest first."""
    rows = Visit.objects.filter(place=place, day__gte=since, taken_back_at=None)
    return list(
        rows.values("day")
        .annotate(
            entries=Count("id"),
            people=Count("id", filter=Q(again=False)),
            residents=Count("id", filter=Q(resident=True, again=False)),
        )
        .order_by("-day")
    )
