"""Who may change what the municipality owns, and who may not."""

import pytest

from parvis.core.assets import rules
from parvis.core.identity.tests.factories import staff_actor
from parvis.lib.actor import Actor
from parvis.lib.ids import new_id

pytestmark = pytest.mark.django_db


def test_can_manage_is_for_staff_of_the_town(
    territory, neighbour, resident, other_resident, visitor, neighbour_clerk
) -> None:
    assert rules.can_manage(staff_actor(territory, "assets.manage"))
    stranger = staff_actor(neighbour, "assets.manage")
    come_here = Actor(territory_id=territory.pk, person_id=stranger.person_id, grants=stranger.grants)
    district = staff_actor(territory, "assets.manage", district_id=new_id())
    other_staff = staff_actor(territory, "geo.import")
    for wrong in (
        resident,
        other_resident,
        visitor,
        neighbour_clerk,
        come_here,
        district,
        other_staff,
    ):
        assert not rules.can_manage(wrong)
