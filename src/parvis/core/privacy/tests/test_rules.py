"""Who may read and erase whose data: each rule by who may and by everyone who may not."""

import pytest

from parvis.core.identity.tests.factories import PersonFactory, staff_actor
from parvis.core.privacy import rules
from parvis.core.tenancy.context import use

pytestmark = pytest.mark.django_db


def test_can_handle_is_for_the_privacy_officer_of_the_town(territory, neighbour, resident, visitor, neighbour_clerk):
    officer = staff_actor(territory, "privacy.handle")
    assert rules.can_handle(officer)
    for wrong in (resident, visitor, neighbour_clerk, staff_actor(territory, "identity.see_people")):
        assert not rules.can_handle(wrong)
    with use(territory=neighbour):
        assert not rules.can_handle(officer)


def test_can_export_is_for_oneself_and_for_the_officer_about_who_entered(
    territory, neighbour, resident, other_resident, visitor
):
    officer = staff_actor(territory, "privacy.handle")
    assert rules.can_export(resident, resident.person_id)
    assert rules.can_export(officer, resident.person_id)
    for wrong in (other_resident, visitor, staff_actor(territory, "identity.see_people")):
        assert not rules.can_export(wrong, resident.person_id)
    assert not rules.can_export(officer, PersonFactory(entered=[neighbour]).pk)
