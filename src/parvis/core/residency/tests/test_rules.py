"""Each rule says no to the wrong person."""

from dataclasses import replace

import pytest

from parvis.core.residency import rules
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor

from .factories import ResidencyFactory

pytestmark = pytest.mark.django_db


def test_one_says_where_one_lives_oneself_or_at_the_counter(
    resident: Actor, other_resident: Actor, visitor: Actor, clerk: Actor, neighbour_clerk: Actor
) -> None:
    for right in (resident, clerk):
        assert rules.can_claim(right, resident.person_id)
    for wrong in (other_resident, visitor, neighbour_clerk):
        assert not rules.can_claim(wrong, resident.person_id)
    assert not rules.can_claim(visitor, None)


def test_nobody_lives_in_a_regional_body_nor_where_they_are_not_seen(
    resident: Actor, region: Territory, neighbour: Territory
) -> None:
    for elsewhere in (region, neighbour):
        with use(territory=elsewhere):
            assert not rules.can_claim(replace(resident, territory_id=elsewhere.pk), resident.person_id)


def test_staff_with_the_right_prove_and_never_their_own(resident: Actor, clerk: Actor, neighbour_clerk: Actor) -> None:
    row, own = ResidencyFactory(person_id=resident.person_id), ResidencyFactory(person_id=clerk.person_id)
    assert rules.can_prove(clerk, row)
    assert not rules.can_prove(clerk, own)
    for wrong in (resident, neighbour_clerk):
        assert not rules.can_prove_any(wrong)
        assert not rules.can_prove(wrong, row)


def test_one_changes_ones_own(resident: Actor, other_resident: Actor, clerk: Actor) -> None:
    row = ResidencyFactory(person_id=resident.person_id)
    assert rules.is_mine(resident, row)
    assert not rules.is_mine(clerk, row)
    assert rules.can_change(clerk, row)
    assert not rules.can_change(other_resident, row)


def test_the_roll_comes_by_the_command_alone(clerk: Actor, territory: Territory) -> None:
    assert rules.can_keep_roll(Actor.system(territory.pk))
    assert not rules.can_keep_roll(clerk)
