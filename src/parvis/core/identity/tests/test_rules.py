"""Each rule, by who may and by everyone who may not."""

import pytest
from django.utils import timezone

from parvis.core.identity import rules
from parvis.core.tenancy.context import use
from parvis.lib.actor import Actor

from .factories import OrganisationFactory, OrganisationMemberFactory, PersonFactory, staff_actor

pytestmark = pytest.mark.django_db

STAFF_RULES = {
    rules.can_see_people: "identity.see_people",
    rules.can_make_people: "identity.change_people",
    rules.can_assign: "identity.assign",
    rules.can_admit: "identity.admit_organisations",
}


@pytest.mark.parametrize(
    ("rule", "permission"), STAFF_RULES.items(), ids=lambda value: getattr(value, "__name__", value)
)
def test_staff_with_the_permission_may_and_nobody_else(
    rule, permission, territory, neighbour, resident, visitor, neighbour_clerk
):
    clerk = staff_actor(territory, permission)
    assert rule(clerk)
    others = {code for code in STAFF_RULES.values() if code != permission}
    for wrong in (resident, visitor, neighbour_clerk, staff_actor(territory, *others)):
        assert not rule(wrong)
    with use(territory=neighbour):
        assert not rule(clerk), "a permission of one town says nothing in the next"


def test_a_district_clerk_does_not_speak_for_the_town(territory):
    from parvis.lib.ids import new_id

    assert not rules.can_assign(staff_actor(territory, district_id=new_id()))


def test_can_change_details_is_for_oneself_and_the_counter(territory, resident, other_resident, visitor):
    assert rules.can_change_details(resident, resident.person_id)
    assert rules.can_change_details(staff_actor(territory, "identity.change_people"), resident.person_id)
    for wrong in (other_resident, visitor, staff_actor(territory, "identity.see_people")):
        assert not rules.can_change_details(wrong, resident.person_id)


def test_can_ask_to_join_is_for_people_the_town_sees(territory, neighbour, resident, visitor):
    assert rules.can_ask_to_join(resident)
    stranger = PersonFactory(entered=[neighbour])
    assert not rules.can_ask_to_join(visitor)
    assert not rules.can_ask_to_join(Actor(territory_id=territory.pk, person_id=stranger.pk))


def test_can_keep_is_for_staff_while_nobody_belongs_to_it(territory, resident, visitor, neighbour_clerk):
    organisation = OrganisationFactory(status="admitted", decided_at=timezone.now())
    clerk = staff_actor(territory, "identity.admit_organisations")
    assert rules.can_keep(clerk, organisation)
    for wrong in (resident, visitor, neighbour_clerk, staff_actor(territory, "identity.see_people")):
        assert not rules.can_keep(wrong, organisation)
    OrganisationMemberFactory(organisation=organisation, person_id=resident.person_id, role="administrator")
    assert not rules.can_keep(clerk, organisation), "its own people say what it is"


def test_can_manage_is_for_its_administrators_now(territory, resident, other_resident, clerk, visitor):
    organisation = OrganisationFactory(status="admitted", decided_at=timezone.now())
    OrganisationMemberFactory(organisation=organisation, person_id=resident.person_id, role="administrator")
    OrganisationMemberFactory(organisation=organisation, person_id=other_resident.person_id, role="manager")
    assert rules.can_manage(resident, organisation)
    for wrong in (other_resident, clerk, visitor):
        assert not rules.can_manage(wrong, organisation)
