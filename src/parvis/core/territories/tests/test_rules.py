"""Each rule, and the wrong person."""

import pytest

from parvis.core.identity.tests.factories import staff_actor
from parvis.core.tenancy.models import Territory
from parvis.core.territories import rules
from parvis.lib.actor import Actor

pytestmark = pytest.mark.django_db


def test_can_manage_is_for_who_decides_here(
    territory: Territory, neighbour: Territory, clerk: Actor, resident: Actor, visitor: Actor, neighbour_clerk: Actor
) -> None:
    assert rules.can_manage(clerk)
    assert rules.can_manage(clerk, territory)
    assert rules.can_manage(staff_actor(territory, "territories.manage"), territory.pk)
    assert not rules.can_manage(clerk, neighbour)
    for wrong in (resident, visitor, neighbour_clerk, staff_actor(territory, "issues.resolve", "cases.work")):
        assert not rules.can_manage(wrong, territory)


@pytest.mark.parametrize("rule", [rules.can_create, rules.can_archive], ids=["can_create", "can_archive"])
def test_the_instance_is_the_operators(rule: object, clerk: Actor, resident: Actor, visitor: Actor) -> None:
    assert rule(Actor.system(None))  # type: ignore[operator]
    for wrong in (clerk, resident, visitor):
        assert not rule(wrong)  # type: ignore[operator]
