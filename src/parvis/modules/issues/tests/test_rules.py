"""Each rule, tried by the wrong person."""

from collections.abc import Callable

import pytest

from parvis.core.files.models import StoredFile
from parvis.core.identity.tests.factories import staff_actor
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import NotAllowed
from parvis.lib.ids import new_id
from parvis.modules.issues import operations, rules
from parvis.modules.issues.models import PHOTO, Issue
from parvis.modules.issues.workflow import Status

from .factories import NOW, CategoryFactory, make_issue, photo

pytestmark = pytest.mark.django_db

ACTS: dict[str, Callable[[Actor, Issue], object]] = {
    "accept": lambda actor, issue: operations.accept_issue(actor=actor, issue=issue, now=NOW),
    "plan": lambda actor, issue: operations.plan_issue(actor=actor, issue=issue, now=NOW),
    "resolve": lambda actor, issue: operations.resolve_issue(actor=actor, issue=issue, answer="Fait.", now=NOW),
    "decline": lambda actor, issue: operations.decline_issue(actor=actor, issue=issue, answer="Non.", now=NOW),
    "release_text": lambda actor, issue: operations.release_text(actor=actor, issue=issue, is_public=True, now=NOW),
    "hide": lambda actor, issue: operations.hide_issue(actor=actor, issue=issue, is_hidden=True, now=NOW),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", ["visitor", "resident", "other_resident", "neighbour_clerk", "other_district"])
def test_the_wrong_person_cannot(act: str, who: str, request: pytest.FixtureRequest, territory: Territory) -> None:
    issue = make_issue(request.getfixturevalue("resident"))
    Issue.objects.filter(pk=issue.pk).update(district_id=new_id())
    issue.refresh_from_db()
    if who == "other_district":
        actor = staff_actor(territory, "issues.work", "issues.release", district_id=new_id())
    else:
        actor = request.getfixturevalue(who)
    with pytest.raises(NotAllowed):
        ACTS[act](actor, issue)
    issue.refresh_from_db()
    assert issue.status == Status.REPORTED
    assert not issue.is_text_public
    assert not issue.is_hidden


def test_can_work_is_for_staff_of_the_reports_district(
    territory: Territory, neighbour: Territory, resident: Actor, other_resident: Actor, visitor: Actor
) -> None:
    issue = make_issue(resident)
    Issue.objects.filter(pk=issue.pk).update(district_id=new_id())
    issue.refresh_from_db()
    assert rules.can_work(staff_actor(territory, "issues.work"), issue)
    assert rules.can_work(staff_actor(territory, "issues.work", district_id=issue.district_id), issue)
    elsewhere = staff_actor(territory, "issues.work", district_id=new_id())
    other_duty = staff_actor(territory, "issues.release", "content.write")
    for wrong in (resident, other_resident, visitor, staff_actor(neighbour, "issues.work"), elsewhere, other_duty):
        assert not rules.can_work(wrong, issue)


def test_staff_who_work_cannot_release(territory: Territory, resident: Actor) -> None:
    issue = make_issue(resident)
    worker = staff_actor(territory, "issues.work")
    assert rules.can_work(worker, issue)
    assert not rules.can_release(worker, issue)


def test_only_who_may_configures_categories(resident: Actor, territory: Territory) -> None:
    category = CategoryFactory()
    for wrong in (resident, staff_actor(territory, "issues.work")):
        assert not rules.can_configure(wrong)
        with pytest.raises(NotAllowed):
            operations.save_category(actor=wrong, category=category, now=NOW)


def test_the_words_are_the_reporters_and_the_staffs(
    resident: Actor, other_resident: Actor, visitor: Actor, clerk: Actor, neighbour_clerk: Actor
) -> None:
    issue = make_issue(resident)
    assert rules.can_see_private(resident, issue)
    assert rules.can_see_private(clerk, issue)
    for wrong in (other_resident, visitor, neighbour_clerk):
        assert not rules.can_see_private(wrong, issue)


def test_the_photo_is_the_reporters_and_the_staffs(
    resident: Actor, other_resident: Actor, clerk: Actor, neighbour_clerk: Actor
) -> None:
    issue = make_issue(resident, photos=[photo()])
    stored = StoredFile.objects.get(subject_id=issue.pk, purpose=PHOTO)
    assert rules.can_see_photo(resident, stored)
    assert rules.can_see_photo(clerk, stored)
    assert not rules.can_see_photo(other_resident, stored)
    assert not rules.can_see_photo(neighbour_clerk, stored)


def test_a_known_person_may_always_report(resident: Actor, visitor: Actor) -> None:
    assert rules.can_report(resident, anonymous_allowed=False)
    assert not rules.can_report(visitor, anonymous_allowed=False)
    assert rules.can_report(visitor, anonymous_allowed=True)


def test_can_receive_is_for_those_who_work_on_reports_here(
    territory: Territory, neighbour: Territory, resident: Actor, clerk: Actor, neighbour_clerk: Actor, visitor: Actor
) -> None:
    case = make_issue(resident).case
    assert rules.can_receive(clerk, case)
    assert rules.can_receive(staff_actor(territory, "issues.work"), case)
    for wrong in (resident, visitor, neighbour_clerk, staff_actor(territory, "cases.work"), staff_actor(neighbour)):
        assert not rules.can_receive(wrong, case)
    case.kind = "procedures"
    assert not rules.can_receive(clerk, case)


def test_following_is_for_others_while_it_is_open_and_public(
    resident: Actor, other_resident: Actor, visitor: Actor, neighbour_clerk: Actor
) -> None:
    issue = make_issue(resident)
    assert rules.can_follow(other_resident, issue)
    assert rules.can_follow(visitor, issue)
    for wrong in (resident, neighbour_clerk):  # whose report it is, and somebody in another town
        assert not rules.can_follow(wrong, issue)
    for change in ({"is_hidden": True}, {"status": Status.DECLINED}):
        for name, value in change.items():
            setattr(issue, name, value)
        assert not rules.can_follow(other_resident, issue)
        issue.refresh_from_db()
