"""Each rule, by who may and by everyone who may not."""

import pytest

from parvis.core.content import rules
from parvis.core.identity.tests.factories import staff_actor
from parvis.lib.actor import Actor
from parvis.lib.ids import new_id

pytestmark = pytest.mark.django_db

STAFF_RULES = {
    rules.can_write: ({"content.write", "content.publish"}, "content.configure"),
    rules.can_publish: ({"content.publish"}, "content.write"),
    rules.can_configure: ({"content.configure"}, "content.publish"),
}


@pytest.mark.parametrize(("rule", "codes"), STAFF_RULES.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_staff_with_the_permission_and_nobody_else(
    rule, codes, territory, neighbour, resident, other_resident, visitor
) -> None:
    right, other = codes
    for code in right:
        assert rule(staff_actor(territory, code)), code
        assert not rule(staff_actor(territory, code, district_id=new_id())), "a district is not the town"
        stranger = staff_actor(neighbour, code)
        here = Actor(territory_id=territory.pk, person_id=stranger.person_id, grants=stranger.grants)
        assert not rule(here), "the next town's clerk, come here"
    for wrong in (resident, other_resident, visitor, staff_actor(territory, other, "cases.work")):
        assert not rule(wrong)


def test_can_open_is_for_whoever_holds_a_role_there(territory, neighbour, resident, visitor, neighbour_clerk) -> None:
    staff = staff_actor(territory, "cases.view", district_id=new_id())
    assert rules.can_open(staff)
    assert rules.can_open(staff, territory.pk)
    assert not rules.can_open(staff, neighbour.pk)
    for wrong in (resident, visitor, neighbour_clerk):
        assert not rules.can_open(wrong, territory.pk)


def test_can_open_needs_a_territory(territory) -> None:
    assert not rules.can_open(Actor(person_id=new_id(), grants=staff_actor(territory).grants))
