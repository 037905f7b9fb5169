"""Reports about the same thing: suggested, joined, everybody told, taken apart."""

from datetime import timedelta

import pytest
from django.test import Client

from parvis.core.cases.models import Follower
from parvis.core.cases.operations import Contact, follow_case, unmerge_case
from parvis.core.cases.tests.factories import run_queue
from parvis.core.content.operations import ensure_territory_content
from parvis.core.delivery.models import Outgoing
from parvis.core.identity.tests.factories import make_staff, resident_actor, sign_in, staff_actor
from parvis.core.notifications.models import InboxMessage
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, NotAllowed, WrongState
from parvis.modules.issues import operations, queries
from parvis.modules.issues.models import Issue
from parvis.modules.issues.workflow import Status

from .factories import NOW, CategoryFactory, make_issue

pytestmark = pytest.mark.django_db


def test_open_reports_of_the_same_kind_nearby_are_suggested(visitor: Actor, clerk: Actor) -> None:
    category, other = CategoryFactory(), CategoryFactory()
    issue = make_issue(visitor, category=category)
    near = make_issue(visitor, category=category, lat=45.8005)  # about 55 m
    nearer = make_issue(visitor, category=category, lon=-71.9002)
    make_issue(visitor, category=category, lat=45.81)
    make_issue(visitor, category=other)
    make_issue(visitor, category=category, now=NOW - timedelta(days=120))
    done = make_issue(visitor, category=category)
    operations.resolve_issue(actor=clerk, issue=done, answer="Fait.", now=NOW)
    found = queries.likely_duplicates(issue)
    assert [like.issue for like in found] == [nearer, near]
    assert found[1].metres == pytest.approx(56, abs=1)


def test_three_duplicates_are_joined_and_everybody_is_told(
    territory: Territory, clerk: Actor, resident: Actor, other_resident: Actor, visitor: Actor
) -> None:
    category, follower = CategoryFactory(), resident_actor(territory)
    kept = make_issue(resident, category=category)
    first = make_issue(other_resident, category=category)
    second = make_issue(visitor, category=category, contact=Contact("Léa", "lea@example.test"))
    third = make_issue(visitor, category=category)
    follow_case(actor=follower, case=third.case, now=NOW)
    run_queue()
    InboxMessage.objects.all().delete()
    operations.join_reports(actor=clerk, into=kept, others=[first, second, third], now=NOW)
    run_queue()
    for issue in (first, second, third):
        issue.refresh_from_db()
        assert issue.status == Status.DECLINED
    told = set(InboxMessage.objects.filter(notice__contains="merged").values_list("person_id", flat=True))
    assert told == {other_resident.person_id, follower.person_id}
    assert Outgoing.objects.filter(address="lea@example.test", dedupe_key__contains="merged").exists() or (
        Outgoing.objects.filter(address="lea@example.test").count() >= 2
    )
    assert Follower.objects.filter(case=kept.case).count() == 3
    kept.refresh_from_db()
    operations.resolve_issue(actor=clerk, issue=kept, answer="Rebouché.", now=NOW)
    run_queue()
    solved = set(InboxMessage.objects.filter(notice__contains="resolved").values_list("person_id", flat=True))
    assert solved == {resident.person_id, other_resident.person_id, follower.person_id}


def test_who_follows_is_not_told_what_the_reporter_wrote(territory: Territory, clerk: Actor, visitor: Actor) -> None:
    category, follower = CategoryFactory(), resident_actor(territory)
    kept = make_issue(category=category)
    other = make_issue(visitor, category=category, description="mon fils Théo y est tombé")
    follow_case(actor=follower, case=other.case, now=NOW)
    operations.join_reports(actor=clerk, into=kept, others=[other], now=NOW)
    run_queue()
    unmerge_case(actor=clerk, case=other.case, now=NOW)
    run_queue()
    told = list(InboxMessage.objects.filter(person_id=follower.person_id))
    assert len(told) == 2
    assert not [message for message in told if "Théo" in message.subject + message.text or message.path]


def test_all_or_none_are_joined(visitor: Actor, clerk: Actor) -> None:
    category = CategoryFactory()
    kept, fine, joined = (make_issue(visitor, category=category) for _ in range(3))
    operations.join_reports(actor=clerk, into=fine, others=[joined], now=NOW)
    joined.case.refresh_from_db()
    with pytest.raises(WrongState):
        operations.join_reports(actor=clerk, into=kept, others=[fine, joined], now=NOW)
    fine.case.refresh_from_db()
    assert fine.case.is_open
    with pytest.raises(Invalid):
        operations.join_reports(actor=clerk, into=kept, others=[], now=NOW)


def test_the_wrong_person_joins_nothing(territory: Territory, resident: Actor, neighbour_clerk: Actor) -> None:
    category = CategoryFactory()
    kept, other = (make_issue(resident, category=category) for _ in range(2))
    for wrong in (resident, neighbour_clerk, staff_actor(territory, "issues.release")):
        with pytest.raises(NotAllowed):
            operations.join_reports(actor=wrong, into=kept, others=[other], now=NOW)


def test_taken_apart_a_report_stands_as_before(clerk: Actor, resident: Actor) -> None:
    category = CategoryFactory()
    kept, other = make_issue(category=category), make_issue(resident, category=category)
    operations.plan_issue(actor=clerk, issue=other, now=NOW)
    operations.join_reports(actor=clerk, into=kept, others=[other], now=NOW)
    run_queue()
    other.case.refresh_from_db()
    unmerge_case(actor=clerk, case=other.case, now=NOW + timedelta(hours=3))
    run_queue()
    other.refresh_from_db()
    assert (other.status, other.answer) == (Status.PLANNED, "")
    assert InboxMessage.objects.filter(notice__contains="unmerged", person_id=resident.person_id).count() == 1


def test_a_clerk_joins_with_one_press(territory: Territory, visitor: Actor) -> None:
    ensure_territory_content(territory)
    category = CategoryFactory()
    kept, one, two = (make_issue(visitor, category=category, description=f"trou {n}") for n in range(3))
    client = Client(headers={"host": "localhost"})
    sign_in(client, make_staff(territory))
    page = client.get(f"/{territory.slug}/bureau/dossiers/{kept.code}/").content.decode()
    assert one.code in page
    client.post(f"/{territory.slug}/bureau/signalements/{kept.code}/join/", {"other": [one.code, two.code]})
    run_queue()
    assert set(Issue.objects.filter(status=Status.DECLINED)) == {one, two}
    client.post(f"/{territory.slug}/bureau/dossiers/{one.code}/unmerge/")
    assert "unmerge" not in client.get(f"/{territory.slug}/bureau/dossiers/{one.code}/").content.decode()
