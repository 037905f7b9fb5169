"""The people of the demo region: the six of the design and a newcomer, the staff with their roles, the neighbours."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import islice

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from parvis.core.registry.stage import Stage
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.fiction.naming import words
from parvis.lib.fiction.people import (
    ADULT,
    Cast,
    FictionPerson,
    FictionStaff,
    joined_at,
    make_cast,
    make_households,
    opened_at,
)

from .models import Account, Assignment, Person, Presence, Role, Team
from .operations import ensure_standard_roles, make_account
from .standard_roles import CLERK, COMMUNICATIONS, MANAGER, READER, WORKS

PASSWORD = "trois-sources"  # noqa: S105  (of fictional people, in demo mode only)
NEIGHBOURS = 1500  # households a town, at most

# Each team answers for one service of the demo's categories of reports.
TEAMS = {
    "roads": "Voirie",
    "water": "Eau et égouts",
    "parks": "Parcs et loisirs",
    "collection": "Collectes",
    "safety": "Sécurité publique",
    "planning": "Urbanisme",
    "office": "Guichet",
}
ROLES = {"works_director": WORKS, "works_crew": WORKS, "recreation_head": COMMUNICATIONS, "mayor": READER}
TEAM_OF = {"works_director": "roads", "works_crew": "roads", "recreation_head": "parks", "clerk": "office"}
# Who also works next door, so that the demo shows how one changes towns; and who is a guest there.
ALSO_SERVES = {"grand-detour": ("mireille",)}
ALSO_VISITS = {"riviere-aux-aulnes": ("alexandre", "judith")}


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody a visitor may become: `where` is the slug of their territory, `does` what they do, by language."""

    key: str
    name: str
    email: str
    does: Mapping[str, str]
    where: str
    is_staff: bool
    age: int | None = None

    @property
    def who(self) -> str:
        """One line about them, in the language in force."""
        does = self.does.get(get_language() or "", self.does["fr"])
        return does if self.age is None else _("%(age)s years old, %(does)s") % {"age": self.age, "does": does}

    @property
    def first_name(self) -> str:
        """What one calls them."""
        return self.name.split()[0]


@cache
def demo_cast() -> tuple[DemoPerson, ...]:
    """Return everybody of the demo page, residents first."""
    return tuple(_residents()) + tuple(_staff())


def _residents() -> Iterator[DemoPerson]:
    for row in words("people")["cast"]:
        name, does = f"{row['first']} {row['last']}", _in_languages(row, "occupation")
        yield DemoPerson(row["key"], name, f"{row['key']}@example.org", does, row["town"], False, row["age"])


def _staff() -> Iterator[DemoPerson]:
    for row in words("people")["staff"]:
        email = f"{row['key']}@{row['territory']}.example.org"
        name = f"{row['first']} {row['last']}"
        yield DemoPerson(row["key"], name, email, _in_languages(row, "title"), row["territory"], True)


def _in_languages(row: Mapping[str, str], name: str) -> dict[str, str]:
    return {"fr": row[name], "en": row[f"{name}_en"], "es": row[f"{name}_es"]}


def people() -> list[tuple[str, str, str]]:
    """Return the demo people as (name, who they are, where), for the terminal."""
    names = dict(Territory.objects.values_list("slug", "name"))
    return [(person.name, person.who, names.get(person.where, person.where)) for person in demo_cast()]


def load(stage: Stage) -> None:
    """Set a territory's people: roles, teams, staff, residents with an account, neighbours without."""
    roles = ensure_standard_roles(stage.territory.pk)
    teams = _teams(stage)
    cast = make_cast(stage.region)
    staff = cast.staff_of(stage.territory.slug)
    for index, member in enumerate(staff):
        person = _with_account(stage, member)
        role = MANAGER if index == 0 else ROLES.get(member.role, CLERK)
        _employ(stage, person, roles[role], teams.get(TEAM_OF.get(member.role, "")))
    for key in ALSO_SERVES.get(stage.territory.slug, ()):
        member = next(member for member in cast.staff if member.key == key)
        _employ(stage, _with_account(stage, member), roles[CLERK], teams.get("office"))
    for resident in cast.residents:
        if resident.municipality == stage.territory.slug or resident.key in ALSO_VISITS.get(stage.territory.slug, ()):
            _with_account(stage, resident)
    if stage.municipality is not None:
        _neighbours(stage, cast)


def _teams(stage: Stage) -> dict[str, Team]:
    if stage.municipality is None:
        return {}
    return {
        slug: Team.objects.get_or_create(slug=slug, territory=stage.territory, defaults={"name": name})[0]
        for slug, name in TEAMS.items()
    }


def _with_account(stage: Stage, member: FictionPerson | FictionStaff) -> Person:
    """Return the person, made with an account when new, who enters this territory."""
    with use(scope=Scope.SIGN_IN):
        person = Person.objects.filter(email=member.email, account__isnull=False).first()
        if person is None:
            person = Person.objects.create(**_details(stage, member, opened_at(stage.now)))
            account = make_account(actor=Actor.system(None), person=person, email=member.email)
            if settings.DEMO:
                Account.objects.filter(pk=account.pk).update(password=_hashed())
        here = {"entered_at": opened_at(stage.now)}
        Presence.objects.get_or_create(person=person, territory=stage.territory, defaults=here)
    return person


@cache
def _hashed() -> str:
    """The one password of all demo people, made slow to guess once: it is written on the demo's own page."""
    return make_password(PASSWORD)


def _employ(stage: Stage, person: Person, role: Role, team: Team | None) -> None:
    Assignment.objects.get_or_create(
        person=person, role=role, territory=stage.territory, defaults={"team": team, "starts_at": stage.now}
    )


def _details(stage: Stage, member: FictionPerson | FictionStaff, since: datetime) -> dict[str, object]:
    details: dict[str, object] = {
        "name": member.name,
        "email": member.email,
        "phone": member.phone,
        "is_fictional": True,
        "created_at": since,
    }
    if isinstance(member, FictionPerson):
        language = member.languages[0]
        details["language"] = language if language in {"fr", "en", "es"} else "es"
        details["address"] = _labels(stage).get(member.address, "")
    return details


_known: dict[int, dict[str, str]] = {}


def _labels(stage: Stage) -> dict[str, str]:
    """Return the addresses of the region as people write them, made once."""
    key = id(stage.region)
    if key not in _known:
        _known.clear()
        _known[key] = {address.id: address.label for address in stage.region.addresses}
    return _known[key]


def _neighbours(stage: Stage, cast: Cast) -> None:
    """The households: most without an account, found by a clerk when they call; some made one, month by month."""
    slug = stage.territory.slug
    families = [household for household in cast.households if household.municipality == slug]
    families += islice(make_households(stage.region, slug), NEIGHBOURS)
    accounts = {resident.email for resident in cast.residents}
    adults = [m for family in families for m in family.members if m.age >= ADULT and m.email not in accounts]
    _bulk(stage, adults)


def _bulk(stage: Stage, members: Iterable[FictionPerson]) -> None:
    """Make many people; those who have an account sign in by a code, for want of a password."""
    rows = [(member, joined_at(member, stage.now)) for member in members]
    opening = opened_at(stage.now)
    people = [Person(**_details(stage, member, joined or opening), level=1 if joined else 0) for member, joined in rows]
    nobody_knows = make_password(None)
    accounts = [
        Account(id=person.pk, person=person, email=person.email, password=nobody_knows, created_at=person.created_at)
        for person, (_member, joined) in zip(people, rows, strict=True)
        if joined
    ]
    entered = [Presence(person=one, territory=stage.territory, entered_at=one.created_at) for one in people]
    addresses = [EmailAddress(user=one, email=one.email, verified=True, primary=True) for one in accounts]
    with use(scope=Scope.SIGN_IN):
        Person.objects.bulk_create(people, batch_size=1000)
        Account.objects.bulk_create(accounts, batch_size=1000)
        EmailAddress.objects.bulk_create(addresses, batch_size=1000)
        Presence.objects.bulk_create(entered, batch_size=1000)
