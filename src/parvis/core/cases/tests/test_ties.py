"""Links, merges and followers."""

from datetime import timedelta

import pytest

from parvis.core.cases import operations
from parvis.core.cases.models import Case, CaseLink, Follower, LinkKind
from parvis.core.cases.workflow import State
from parvis.core.identity.tests.factories import resident_actor
from parvis.lib.errors import Invalid, NotAllowed, WrongState

from .factories import NOW, events_named, make_case

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def test_a_merge_keeps_both_histories_and_brings_everybody_along(territory, clerk, resident, other_resident):
    kept, duplicate = make_case(territory, resident), make_case(territory, other_resident)
    follower = resident_actor(territory)
    operations.follow_case(actor=follower, case=duplicate, now=LATER)
    operations.send_message(actor=other_resident, case=duplicate, text="Il est profond", now=LATER)
    operations.merge_cases(actor=clerk, case=duplicate, into=kept, now=LATER)
    duplicate.refresh_from_db()
    assert (duplicate.state, duplicate.merged_into, duplicate.closed_at) == (State.MERGED, kept, LATER)
    assert [line.name for line in duplicate.events.all()] == ["opened", "followed", "message_sent", "merged"]
    assert [line.name for line in kept.events.all()] == ["opened", "absorbed"]
    assert {row.person_id for row in kept.followers.all()} == {other_resident.person_id, follower.person_id}
    assert events_named("cases.merged")[0].data["into"] == str(kept.pk)


def test_what_was_merged_before_follows(territory, clerk):
    first, second, third = (make_case(territory) for _ in range(3))
    operations.merge_cases(actor=clerk, case=first, into=second, now=LATER)
    operations.merge_cases(actor=clerk, case=second, into=third, now=LATER)
    first.refresh_from_db()
    assert first.merged_into == third


def test_nothing_is_merged_into_a_merged_case(territory, clerk):
    first, second, third = (make_case(territory) for _ in range(3))
    operations.merge_cases(actor=clerk, case=first, into=second, now=LATER)
    with pytest.raises(WrongState):
        operations.merge_cases(actor=clerk, case=third, into=first, now=LATER)
    with pytest.raises(WrongState):
        operations.merge_cases(actor=clerk, case=first, into=third, now=LATER)


def test_only_the_same_kind_and_never_itself(territory, clerk):
    case = make_case(territory)
    with pytest.raises(Invalid):
        operations.merge_cases(actor=clerk, case=case, into=case, now=LATER)
    with pytest.raises(Invalid):
        operations.merge_cases(actor=clerk, case=case, into=make_case(territory, kind="procedures"), now=LATER)


def test_the_reporter_without_account_is_told_at_their_address(territory, clerk):
    kept = make_case(territory)
    duplicate = make_case(territory, contact=operations.Contact("Léa", "lea@example.test"))
    operations.merge_cases(actor=clerk, case=duplicate, into=kept, now=LATER)
    assert Follower.objects.get(case=kept).email == "lea@example.test"


def test_following_twice_is_following_once(territory, resident, other_resident):
    case = make_case(territory, resident)
    for _ in range(2):
        operations.follow_case(actor=other_resident, case=case, now=LATER)
    assert operations.follow_case(actor=resident, case=case, now=LATER) is None
    assert Follower.objects.count() == 1
    assert operations.unfollow_case(actor=other_resident, case=case, now=LATER)
    assert not operations.unfollow_case(actor=other_resident, case=case, now=LATER)


def test_a_visitor_follows_with_an_address(territory, visitor):
    case = make_case(territory)
    with pytest.raises(Invalid):
        operations.follow_case(actor=visitor, case=case, now=LATER)
    operations.follow_case(actor=visitor, case=case, now=LATER, contact=operations.Contact(email="lea@example.test"))
    assert Follower.objects.get().email == "lea@example.test"


def test_links_are_made_once_and_taken_back(territory, clerk):
    case, other = make_case(territory), make_case(territory)
    link = operations.link_cases(actor=clerk, case=case, other=other, now=LATER)
    assert operations.link_cases(actor=clerk, case=case, other=other, now=LATER) == link
    operations.link_cases(actor=clerk, case=case, other=other, now=LATER, kind=LinkKind.FOLLOW_UP)
    operations.unlink_cases(actor=clerk, link=link, now=LATER)
    assert [row.kind for row in CaseLink.objects.all()] == ["follow_up"]
    with pytest.raises(Invalid):
        operations.link_cases(actor=clerk, case=case, other=case, now=LATER)


def test_an_open_case_stays_open_when_another_joins_it(territory, clerk):
    kept = make_case(territory)
    operations.merge_cases(actor=clerk, case=make_case(territory), into=kept, now=LATER)
    assert Case.objects.still_open().get() == kept


def test_a_merge_is_taken_apart_within_a_day(territory, clerk, resident, other_resident):
    kept, duplicate, earlier = (make_case(territory, who) for who in (resident, other_resident, None))
    both = resident_actor(territory)
    operations.follow_case(actor=both, case=kept, now=NOW)
    operations.follow_case(actor=both, case=duplicate, now=NOW)
    operations.follow_case(actor=resident, case=duplicate, now=NOW)
    operations.merge_cases(actor=clerk, case=earlier, into=duplicate, now=NOW)
    operations.merge_cases(actor=clerk, case=duplicate, into=kept, now=LATER)
    assert {row.person_id for row in kept.followers.all()} == {both.person_id, other_resident.person_id}
    operations.unmerge_case(actor=clerk, case=duplicate, now=LATER + timedelta(hours=2))
    duplicate.refresh_from_db()
    earlier.refresh_from_db()
    assert (duplicate.state, duplicate.closed_at, duplicate.merged_into) == (State.RECEIVED, None, None)
    assert duplicate.due_at == kept.due_at
    assert earlier.merged_into == duplicate
    assert {row.person_id for row in kept.followers.all()} == {both.person_id}
    assert {row.person_id for row in duplicate.followers.all()} == {both.person_id, resident.person_id}
    with pytest.raises(WrongState):
        operations.unmerge_case(actor=clerk, case=duplicate, now=LATER)


def test_a_merge_is_not_taken_apart_too_late_nor_once_answered_nor_under_another(territory, clerk, resident):
    kept, duplicate, other = (make_case(territory) for _ in range(3))
    operations.merge_cases(actor=clerk, case=duplicate, into=kept, now=NOW)
    with pytest.raises(NotAllowed):
        operations.unmerge_case(actor=resident, case=duplicate, now=LATER)
    with pytest.raises(WrongState):
        operations.unmerge_case(actor=clerk, case=duplicate, now=NOW + timedelta(hours=25))
    operations.merge_cases(actor=clerk, case=kept, into=other, now=LATER)
    duplicate.refresh_from_db()
    with pytest.raises(WrongState):
        operations.unmerge_case(actor=clerk, case=duplicate, now=LATER)
    operations.close_case(actor=clerk, case=other, text="Fait.", now=LATER)
    kept.refresh_from_db()
    with pytest.raises(WrongState):
        operations.unmerge_case(actor=clerk, case=kept, now=LATER)
    duplicate.refresh_from_db()
    assert duplicate.merged_into == other


def test_what_waited_goes_on_when_it_is_taken_apart(territory, clerk):
    kept, duplicate = make_case(territory), make_case(territory)
    operations.stop_clock(actor=clerk, case=duplicate, reason="season", now=NOW)
    operations.merge_cases(actor=clerk, case=duplicate, into=kept, now=LATER)
    operations.unmerge_case(actor=clerk, case=duplicate, now=LATER)
    assert duplicate.state == State.OPEN
    assert duplicate.due_at is not None
