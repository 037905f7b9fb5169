"""How the territory in force stands with its messages: what left, what came back, what text messages cost."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import get_language

from parvis.core.delivery import queries as delivery
from parvis.core.delivery.models import MarkReason
from parvis.core.identity.models import Person
from parvis.core.tenancy.switches import settings_of
from parvis.lib.money import Money
from parvis.lib.phone import display

from .models import Channel


@dataclass(frozen=True, slots=True)
class ProofLine:
    """A channel in words, with its counts."""

    label: str
    proof: delivery.Proof


@dataclass(frozen=True, slots=True)
class DeadAddress:
    """Somebody's address that does not work: why, since when, when it is tried again."""

    person_id: UUID
    name: str
    address: str
    words: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class MonthLine:
    """What text messages were sent in a month; `cost` in words, empty without a price."""

    month: date
    messages: int
    parts: int
    cost: str


def proofs_here(*, since: datetime) -> list[ProofLine]:
    """Return what became of the messages since a moment."""
    return [ProofLine(str(Channel(proof.channel).label), proof) for proof in delivery.proofs(since=since)]


def dead_addresses_here(*, now: datetime) -> list[DeadAddress]:
    """Return the addresses of people of the territory in force that do not work, the latest first."""
    found = delivery.came_back(now=now)
    people = dict(Person.objects.filter(pk__in=[row.person_id for row, _mark in found]).values_list("pk", "name"))
    return [
        DeadAddress(
            person_id=row.person_id,
            name=people[row.person_id],
            address=display(row.address) if row.channel == "sms" else row.address,
            words=str(MarkReason(mark.reason).label),
            since=mark.since,
            until=mark.until,
        )
        for row, mark in found
        if row.person_id in people
    ]


def price_here() -> float:
    """Return the price of a part of a text message, in cents."""
    return float(settings_of("notifications").sms_cents)


def months_here() -> list[MonthLine]:
    """Return what text messages were sent, a line a month, newest first."""
    price = price_here()
    return [MonthLine(row.month, row.messages, row.parts, _cost(row.parts, price)) for row in delivery.spending()]


def _cost(parts: int, cents: float) -> str:
    """Return a sum in dollars as it is read here."""
    if not cents:
        return ""
    return Money.of(Decimal(str(cents)) * parts / 100).format((get_language() or "fr")[:2])
