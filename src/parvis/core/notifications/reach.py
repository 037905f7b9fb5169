"""How people can be reached from the territory in force: what is known of each, without the addresses that are dead."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from parvis.core.delivery.marks import marked
from parvis.core.identity.models import Person
from parvis.core.tenancy.here import territory_here


@dataclass(frozen=True, slots=True)
class Reach:
    """One person's name, language and addresses; `letter` is a postal address in lines, or empty."""

    person_id: UUID
    name: str
    email: str
    phone: str
    language: str
    letter: str


def reaches_of(people: Collection[UUID], *, now: datetime) -> dict[UUID, Reach]:
    """Return how those of these people can be reached whom the territory in force may see; two queries."""
    rows = Person.objects.filter(pk__in=people) if people else Person.objects.none()
    fields = ("id", "name", "email", "account__email", "phone", "language", "address")
    town = territory_here().name
    found = {}
    for key, name, email, account, phone, language, address in rows.values_list(*fields):
        letter = f"{name}\n{address}\n{town}" if name and address else ""
        found[key] = Reach(key, name, email or account or "", phone, language, letter)
    dead = dead_addresses(((one.email, one.phone) for one in found.values()), now)
    return {
        key: replace(
            one,
            email="" if ("email", one.email) in dead else one.email,
            phone="" if ("sms", one.phone) in dead else one.phone,
        )
        for key, one in found.items()
    }


def dead_addresses(pairs: Iterable[tuple[str, str]], now: datetime) -> set[tuple[str, str]]:
    """Return which of these e-mail addresses and telephones are left alone for the moment, as (channel, address)."""
    asked = {way for email, phone in pairs for way in (("email", email), ("sms", phone)) if way[1]}
    return marked(asked, now)
