"""The people of the fiction live at real addresses of the fiction, and nowhere else."""

import re

import pytest

from parvis.lib import phone
from parvis.lib.fiction.people import make_cast, make_households, phone_number


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
    emails = [member.email for household in households for member in household.members if member.email]
    assert len(set(emails)) > 0.99 * len(emails)
