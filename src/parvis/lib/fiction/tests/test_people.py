"""The people of the fiction live at real addresses of the fiction, and nowhere else."""

import re
from collections import Counter
from datetime import UTC, datetime

import pytest

from parvis.lib import phone
from parvis.lib.fiction.people import joined_at, make_cast, make_households, opened_at, phone_number

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def everybody(region):
    """The members of every household of the region, without those of the demo's own page."""
    homes = [home for town in region.municipalities for home in make_households(region, town.slug)]
    return [member for home in homes for member in home.members]


def test_cast_is_that_of_the_design(region):
    cast = make_cast(region)
    assert {person.key: person.age for person in cast.residents} == {
        "alexandre": 45, "judith": 22, "henri": 37, "oce-anne": 18, "monique": 66, "kevin": 42, "yolanda": 34,
    }  # fmt: skip
    assert not {"fr", "en"} & set(cast.resident("yolanda").languages)
    with pytest.raises(KeyError):
        cast.resident("nobody")


def test_cast_lives_in_the_region(region):
    cast = make_cast(region)
    homes = {address.id: address for address in region.addresses}
    assert all(homes[person.address].municipality == person.municipality for person in cast.residents)
    assert homes[cast.resident("monique").address].street_name == "rue de l'Église"
    assert homes[cast.resident("henri").address].label == "47, rue Principale"


def test_staff_serve_every_territory(region):
    cast = make_cast(region)
    for slug in (*(town.slug for town in region.municipalities), region.slug):
        assert cast.staff_of(slug), slug
    assert [person.role for person in cast.staff_of("grand-detour")] == ["clerk"]
    assert {"works_director", "recreation_head", "mayor", "clerk"} <= {p.role for p in cast.staff_of("val-des-pins")}


def test_nobody_can_be_reached(region):
    people = [member for household in make_households(region, "saint-ozias") for member in household.members]
    assert all(person.email.endswith("example.org") for person in people if person.email)
    assert all(re.fullmatch(r"\+181955501\d\d", person.phone) for person in people)
    assert all(person.email == "" for person in people if person.age < 14)
    assert phone.parse(phone_number(142)) == "+18195550142"


def test_households_fill_the_town(region):
    households = list(make_households(region, "val-des-pins"))
    people = sum(len(household.members) for household in households)
    assert 0.88 < people / 6906 < 1.12
    assert len({household.address for household in households}) == len(households)
    assert households == list(make_households(region, "val-des-pins"))


def test_names_are_as_varied_as_in_quebec(region, everybody):
    names = Counter(person.name for person in everybody)
    assert names.most_common(1)[0][1] <= 6
    families = Counter(person.last_name for person in everybody)
    assert len(families) > 400
    assert families.most_common(1)[0][1] < 0.02 * len(everybody)
    assert {"L'Heureux", "St-Pierre", "Vadeboncœur", "Hétu"} <= set(families)
    assert any("-" in name for name in families if not name.startswith(("St", "Sa", "De")))
    cast = make_cast(region)
    known = {person.name for person in (*cast.residents, *cast.staff)}
    assert not known & set(names), "nobody bears the name of those whom a visitor becomes"


def test_an_address_is_one_persons_in_the_whole_region(everybody):
    emails = [member.email for member in everybody if member.email]
    assert len(set(emails)) == len(emails)
    assert all(email.isascii() and "'" not in email for email in emails)


def test_accounts_come_month_by_month(everybody):
    adults = [person for person in everybody if person.age >= 16]
    joined = [moment for person in everybody if (moment := joined_at(person, NOW))]
    assert 0.1 * len(adults) < len(joined) < 0.15 * len(adults)
    assert opened_at(NOW) <= min(joined) and max(joined) < NOW
    months = Counter((moment.year, moment.month) for moment in joined)
    assert len(months) >= 18 and min(months.values()) >= 5
    assert all(joined_at(person, NOW) is None for person in everybody if person.age < 16)
