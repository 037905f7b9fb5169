"""People who do not exist: the six of the design and a newcomer, the staff, and households at every address.

E-mail addresses end in ``example.org``, which nobody can own; telephone numbers are 819 555-01xx, kept for fiction.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from .model import Address, Region
from .naming import slugify, words
from .noise import stream

YEAR = 2026
"""The year in which ages are counted."""
ADULT = 16
OPEN_FOR = timedelta(days=550)
"""How long the portals have been open: a little longer than the eighteen months of reports."""


@dataclass(frozen=True, slots=True)
class FictionPerson:
    """A person. ``born`` is a year; ``address`` an address identifier of the region; ``languages`` the best first."""

    key: str
    first_name: str
    last_name: str
    born: int
    municipality: str
    address: str
    email: str
    phone: str
    languages: tuple[str, ...] = ("fr",)
    occupation: str = ""

    @property
    def name(self) -> str:
        """First name and family name."""
        return f"{self.first_name} {self.last_name}"

    @property
    def age(self) -> int:
        """Age in years, in ``YEAR``."""
        return YEAR - self.born


@dataclass(frozen=True, slots=True)
class FictionStaff:
    """A member of staff or an elected person. ``territory`` is a municipality's slug, or the MRC's.

    ``role``: clerk, works_director, works_crew, recreation_head, mayor, mrc_officer.
    """

    key: str
    first_name: str
    last_name: str
    territory: str
    role: str
    title: str
    email: str
    phone: str

    @property
    def name(self) -> str:
        """First name and family name."""
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True, slots=True)
class Household:
    """People who live at one address; the first one answers for it."""

    address: str
    municipality: str
    members: tuple[FictionPerson, ...]


@dataclass(frozen=True, slots=True)
class Cast:
    """The people who sign in on the demo page, with the households they live in."""

    residents: tuple[FictionPerson, ...]
    staff: tuple[FictionStaff, ...]
    households: tuple[Household, ...]

    def resident(self, key: str) -> FictionPerson:
        """One of: alexandre, judith, henri, oce-anne, monique, kevin, yolanda. Raises KeyError."""
        for person in self.residents:
            if person.key == key:
                return person
        raise KeyError(key)

    def staff_of(self, territory: str) -> tuple[FictionStaff, ...]:
        """Staff of a municipality or of the MRC, by its slug."""
        return tuple(person for person in self.staff if person.territory == territory)


def phone_number(index: int) -> str:
    """A telephone number (E.164) in the range kept for fiction: there are a hundred, then they come back."""
    return f"+1819555{100 + index % 100:04d}"


def make_cast(region: Region) -> Cast:
    """The demo people, living at addresses of this region, and the staff of its municipalities and of the MRC."""
    residents, households = [], []
    for index, row in enumerate(words("people")["cast"]):
        home = _home(region, row)
        person = FictionPerson(
            row["key"], row["first"], row["last"], YEAR - row["age"], row["town"], home.id,
            f"{row['key']}@example.org", phone_number(index + 1), tuple(row["languages"]), row["occupation"],
        )  # fmt: skip
        others = tuple(
            FictionPerson(f"{row['key']}-{slugify(first)}", first, last, YEAR - age, row["town"], home.id,
                          f"{slugify(first)}.{slugify(last)}@example.org" if age >= 14 else "",
                          phone_number(index + 1), tuple(row["languages"]))
            for first, last, age in row["household"]
        )  # fmt: skip
        residents.append(person)
        households.append(Household(home.id, row["town"], (person, *others)))
    return Cast(tuple(residents), tuple(_staff()), tuple(households))


def opened_at(now: datetime) -> datetime:
    """When the portals of the region opened: the staff and the demo people are there from that moment."""
    return now - OPEN_FOR


def joined_at(person: FictionPerson, now: datetime) -> datetime | None:
    """When one of the households' people made an account, between the opening and ``now``; None: they have none.

    One in seven of the adults, fewer of the oldest; many at the beginning, then a steady trickle.
    """
    rng = stream(3, "account", person.key)
    share = 0.07 if person.age >= 65 else 0.14
    if person.age < ADULT or not person.email or rng.random() >= share:
        return None
    return opened_at(now) + OPEN_FOR * rng.random() ** 1.4


def make_households(region: Region, municipality: str, seed: int = 3) -> Iterator[Household]:
    """A household at every address of a municipality, in the order of its addresses: 2.3 people on average."""
    taken = {household.address for household in make_cast(region).households}
    for index, address in enumerate(region.addresses_of(municipality)):
        if address.id not in taken:
            yield _household(stream(seed, "household", address.id), address, index)


def _staff() -> Iterator[FictionStaff]:
    for index, row in enumerate(words("people")["staff"]):
        yield FictionStaff(row["key"], row["first"], row["last"], row["territory"], row["role"], row["title"],
                           f"{row['key']}@{row['territory']}.example.org", phone_number(60 + index))  # fmt: skip


def _home(region: Region, row: dict) -> Address:
    """The first address on the person's street, or the promised number; any address of the town failing that."""
    mine = region.addresses_of(row["town"])
    on_street = [address for address in mine if address.street_name == row["street"]] or list(mine)
    promised = [address for address in on_street if address.number == row.get("number")]
    return promised[0] if promised else on_street[len(on_street) // 3]


@cache
def _origins() -> tuple[list[dict], list[float]]:
    rows = words("people")["origins"]
    return rows, [row["share"] for row in rows]


def _household(rng: random.Random, address: Address, index: int) -> Household:
    oldest = rng.choices((rng.randrange(22, 40), rng.randrange(40, 65), rng.randrange(65, 93)), (30, 46, 24))[0]
    size = rng.choices((1, 2, 3, 4, 5), (22, 30, 19, 20, 9) if oldest < 62 else (44, 51, 5, 0, 0))[0]
    origin = _origin(rng)
    family = _family(rng, origin, oldest)
    mark = "".join(word[0] for word in address.municipality.split("-"))
    members: list[FictionPerson] = []
    for place in range(size):
        if place == 0:
            age = oldest
        elif place == 1 and rng.random() < 0.82:
            age = max(19, oldest + rng.randrange(-6, 5))
        else:
            age = max(0, min(24, oldest - rng.randrange(23, 38)))
        adult_partner = place == 1 and age > 18
        last = _family(rng, origin, age) if adult_partner else family
        first = _first_of(rng, origin, age, last, {member.name for member in members})
        key = f"{address.municipality}-{index}-{place}"
        email = f"{slugify(first)}.{slugify(last)}.{mark}{index}@example.org" if age >= 14 else ""
        members.append(FictionPerson(key, first, last, YEAR - age, address.municipality, address.id, email,
                                     phone_number(rng.randrange(100)), _languages(origin)))  # fmt: skip
    return Household(address.id, address.municipality, tuple(members))


def _origin(rng: random.Random) -> int | None:
    rows, shares = _origins()
    draw = rng.random()
    for index in range(len(rows)):
        draw -= shares[index]
        if draw < 0:
            return index
    return None


@cache
def _families() -> tuple[str, ...]:
    return (*words("names")["families"], *words("people")["families"])


def _family(rng: random.Random, origin: int | None, age: int) -> str:
    """A family name; some of those who were born here since 1981 have two."""
    if origin is not None:
        return rng.choice(_origins()[0][origin]["families"])
    name = rng.choice(_families())
    other = rng.choice(_families())
    is_double = age < YEAR - 1981 and rng.random() < 0.2 and other != name and not {"-", " "} & {*name, *other}
    return f"{name}-{other}" if is_double else name


@cache
def _of_the_demo() -> frozenset[str]:
    """The names that the visitors of the demo know: nobody else bears them."""
    rows = words("people")
    here = {f"{row['first']} {row['last']}" for row in (*rows["cast"], *rows["staff"])}
    return frozenset(here | {f"{first} {last}" for row in rows["cast"] for first, last, _ in row["household"]})


def _first_of(rng: random.Random, origin: int | None, age: int, last: str, at_home: set[str]) -> str:
    """A first name that tells this person from the others at home, and from everybody of the demo's own page."""
    while True:
        first = _first(rng, origin, age)
        if f"{first} {last}" not in at_home | _of_the_demo():
            return first


def _first(rng: random.Random, origin: int | None, age: int) -> str:
    gender = rng.choice("fm")
    if origin is not None and (age > 20 or rng.random() < 0.5):
        return rng.choice(_origins()[0][origin][gender])
    generation = "old" if age > 58 else "middle" if age > 32 else "young"
    return rng.choice(words("people")["first"][gender][generation])


def _languages(origin: int | None) -> tuple[str, ...]:
    return {0: ("en", "fr"), 3: ("es", "fr")}.get(origin, ("fr",)) if origin is not None else ("fr",)
