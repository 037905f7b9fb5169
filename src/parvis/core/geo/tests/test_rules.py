"""Who may import the map, and who may not."""

import pytest

from parvis.core.geo import rules
from parvis.core.identity.tests.factories import staff_actor
from parvis.lib.actor import Actor
from parvis.lib.ids import new_id

pytestmark = pytest.mark.django_db


def test_can_import_is_for_staff_of_that_town(territory, neighbour, resident, visitor, neighbour_clerk) -> None:
    clerk = staff_actor(territory, "geo.import")
    assert rules.can_import(clerk)
    assert rules.can_import(clerk, territory)
    assert rules.can_import(Actor.system(territory.pk), territory)
    assert not rules.can_import(clerk, neighbour)
    district = staff_actor(territory, "geo.import", district_id=new_id())
    for wrong in (resident, visitor, neighbour_clerk, district, staff_actor(territory, "assets.manage")):
        assert not rules.can_import(wrong, territory)
