"""Each rule, by who may and by everyone who may not."""

import pytest

from parvis.core.cases import rules
from parvis.core.cases.models import Case, HandOver, SavedFilter, Side
from parvis.core.cases.operations.conversation import FILE_PURPOSE
from parvis.core.files.models import FileState, StoredFile
from parvis.core.identity.tests.factories import staff_actor
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.ids import new_id

from .factories import NOW, make_case

pytestmark = pytest.mark.django_db

# Which permissions open each staff rule, and one that does not.
STAFF_RULES = {
    rules.can_view: ({"cases.view", "cases.work", "issues.view", "issues.work"}, "cases.serve"),
    rules.can_work: ({"cases.work", "issues.work"}, "cases.view"),
    rules.can_hand_over: ({"cases.hand_over", "issues.hand_over"}, "cases.work"),
}


@pytest.fixture
def case(territory: Territory, resident: Actor) -> Case:
    """A case of the resident, in a district."""
    made = make_case(territory, resident)
    Case.objects.filter(pk=made.pk).update(district_id=new_id())
    made.refresh_from_db()
    return made


@pytest.mark.parametrize(("rule", "codes"), STAFF_RULES.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_staff_with_the_permission_and_nobody_else(
    rule, codes, case, territory, neighbour, resident, other_resident, visitor, neighbour_clerk
) -> None:
    right, other = codes
    for code in right:
        assert rule(staff_actor(territory, code), case), code
        assert rule(staff_actor(territory, code, district_id=case.district_id), case), code
        assert not rule(staff_actor(territory, code, district_id=new_id()), case), "another district"
        assert not rule(staff_actor(neighbour, code), case), "the next town"
    without = staff_actor(territory, other, "permits.work", "permits.view", "permits.hand_over")
    for wrong in (resident, other_resident, visitor, neighbour_clerk, without):
        assert not rule(wrong, case)


def test_is_mine(case, resident, other_resident, visitor, clerk) -> None:
    assert rules.is_mine(resident, case)
    for wrong in (other_resident, visitor, clerk):
        assert not rules.is_mine(wrong, case)


def test_a_case_of_nobody_is_not_every_visitors(territory, visitor) -> None:
    assert not rules.is_mine(visitor, make_case(territory))


def test_can_speak(case, territory, resident, other_resident, visitor, neighbour_clerk) -> None:
    assert rules.can_speak(resident, case)
    assert rules.can_speak(staff_actor(territory, "issues.work"), case)
    reader, elsewhere = staff_actor(territory, "cases.view"), staff_actor(territory, "cases.work", district_id=new_id())
    for wrong in (other_resident, visitor, neighbour_clerk, reader, elsewhere):
        assert not rules.can_speak(wrong, case)


def test_can_open_for_oneself_for_nobody_or_as_staff(territory, resident, other_resident, visitor) -> None:
    for anyone in (resident, visitor):
        assert rules.can_open(anyone, kind="issues", person_id=None)
    assert rules.can_open(resident, kind="issues", person_id=resident.person_id)
    for code in ("cases.serve", "cases.work", "issues.work"):
        assert rules.can_open(staff_actor(territory, code), kind="issues", person_id=resident.person_id), code
    for wrong in (other_resident, visitor, staff_actor(territory, "cases.view", "permits.work")):
        assert not rules.can_open(wrong, kind="issues", person_id=resident.person_id)


def test_a_clerk_of_the_next_town_opens_nothing_here_for_somebody(territory, neighbour, resident) -> None:
    clerk = staff_actor(neighbour, "cases.serve")
    here = Actor(territory_id=territory.pk, person_id=clerk.person_id, grants=clerk.grants)
    assert not rules.can_open(here, kind="issues", person_id=resident.person_id)
    assert not rules.can_serve(here)
    assert not rules.can_see_work_list(here)


def test_can_serve(territory, resident, visitor) -> None:
    assert rules.can_serve(staff_actor(territory, "cases.serve"))
    district = staff_actor(territory, "cases.serve", district_id=new_id())
    for wrong in (resident, visitor, staff_actor(territory, "cases.work", "cases.view"), district):
        assert not rules.can_serve(wrong)


def test_can_see_work_list(territory, resident, visitor) -> None:
    for code in ("cases.view", "cases.work", "issues.work", "permits.view", "*"):
        assert rules.can_see_work_list(staff_actor(territory, code)), code
    assert rules.can_see_work_list(staff_actor(territory, "issues.work", district_id=new_id())), "its district's cases"
    for wrong in (resident, visitor, staff_actor(territory, "content.write", "cases.serve")):
        assert not rules.can_see_work_list(wrong)


def test_can_decide_hand_over(case, territory, resident, visitor, neighbour_clerk) -> None:
    row = HandOver(case=case, side=Side.RECEIVED, territory_id=territory.pk, sent_at=NOW)
    assert rules.can_decide_hand_over(staff_actor(territory, "cases.hand_over"), row)
    elsewhere = staff_actor(territory, "cases.hand_over", district_id=new_id())
    for wrong in (resident, visitor, neighbour_clerk, elsewhere, staff_actor(territory, "cases.work")):
        assert not rules.can_decide_hand_over(wrong, row)


@pytest.mark.parametrize("shared", [True, False])
def test_a_saved_filter_is_its_owners_and_perhaps_the_colleagues(
    shared, territory, resident, visitor, neighbour_clerk
) -> None:
    owner, colleague = staff_actor(territory, "cases.view"), staff_actor(territory, "issues.work")
    saved = SavedFilter.objects.create(
        territory=territory, owner_id=owner.person_id, name="Mes retards", is_shared=shared
    )
    assert rules.can_use_filter(owner, saved)
    assert rules.can_change_filter(owner, saved)
    assert rules.can_use_filter(colleague, saved) is shared
    assert not rules.can_change_filter(colleague, saved)
    for wrong in (resident, visitor, neighbour_clerk, staff_actor(territory, "content.write")):
        assert not rules.can_use_filter(wrong, saved)
        assert not rules.can_change_filter(wrong, saved)


def test_who_left_the_work_list_has_no_filter_left(territory) -> None:
    owner = staff_actor(territory, "cases.view")
    saved = SavedFilter(territory_id=territory.pk, owner_id=owner.person_id, name="Mes retards")
    assert not rules.can_use_filter(Actor(territory_id=territory.pk, person_id=owner.person_id), saved)


def test_can_see_file(case, territory, resident, other_resident, visitor, neighbour_clerk) -> None:
    stored = StoredFile(purpose=FILE_PURPOSE, subject_id=case.pk, state=FileState.READY, territory_id=territory.pk)
    assert rules.can_see_file(resident, stored)
    assert rules.can_see_file(staff_actor(territory, "cases.view"), stored)
    elsewhere = staff_actor(territory, "cases.view", district_id=new_id())
    for wrong in (other_resident, visitor, neighbour_clerk, elsewhere, staff_actor(territory, "cases.serve")):
        assert not rules.can_see_file(wrong, stored)


def test_a_file_of_no_case_is_nobodys(clerk, territory) -> None:
    for subject in (None, new_id()):
        assert not rules.can_see_file(clerk, StoredFile(purpose=FILE_PURPOSE, subject_id=subject))


def test_can_see_partner_file_is_false_for_a_file_of_nothing(clerk) -> None:
    """By the right and the wrong people: see ``test_partners``."""
    assert not rules.can_see_partner_file(clerk, StoredFile(subject_id=new_id(), purpose="cases.partner"))
