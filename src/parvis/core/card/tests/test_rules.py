"""Who may do what with cards, each rule tried by the wrong person."""

import pytest

from parvis.core.card import operations, rules
from parvis.core.identity.tests.factories import PersonFactory, staff_actor
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor

from .cards import NOW

pytestmark = pytest.mark.django_db


def test_a_card_is_for_oneself_or_from_the_counter(
    resident: Actor, other_resident: Actor, visitor: Actor, clerk: Actor, neighbour_clerk: Actor, neighbour: Territory
) -> None:
    assert rules.can_have(resident, resident.person_id)
    assert rules.can_have(clerk, resident.person_id)
    stranger = PersonFactory(entered=[neighbour])
    for wrong in (other_resident, visitor, neighbour_clerk):
        assert not rules.can_have(wrong, resident.person_id)
    assert not rules.can_have(Actor(territory_id=neighbour.pk, person_id=stranger.pk), stranger.pk)
    assert not rules.can_have(visitor, None)


def test_a_card_is_changed_by_its_holder_or_the_counter(
    resident: Actor, other_resident: Actor, visitor: Actor, clerk: Actor, neighbour_clerk: Actor
) -> None:
    card = operations.issue_card(actor=resident, now=NOW)
    assert rules.can_change(resident, card)
    assert rules.can_change(clerk, card)
    for wrong in (other_resident, visitor, neighbour_clerk):
        assert not rules.can_change(wrong, card)


def test_each_right_is_asked_for_by_its_own_name(territory: Territory, resident: Actor, neighbour_clerk: Actor) -> None:
    desk, door = staff_actor(territory, "card.manage"), staff_actor(territory, "card.count")
    office = staff_actor(territory, "card.arrange")
    assert (rules.can_manage(desk), rules.can_count(door), rules.can_arrange(office)) == (True, True, True)
    for wrong in (door, office, resident, neighbour_clerk):
        assert not rules.can_manage(wrong)
    for wrong in (desk, office, resident, neighbour_clerk):
        assert not rules.can_count(wrong)
    for wrong in (desk, door, resident, neighbour_clerk):
        assert not rules.can_arrange(wrong)
