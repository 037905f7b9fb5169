"""From an event to a signed message at a real receiver, through everything that can go wrong there."""

import json
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from parvis.core.audit.models import Entry
from parvis.core.tenancy.context import use
from parvis.core.webhooks import operations, sending, tasks
from parvis.core.webhooks.models import Attempt, Delivery, Subscription
from parvis.lib.tests.receiver import receiving
from parvis.modules.issues import operations as issues
from parvis.modules.issues.tests.factories import make_issue

from .conftest import check, days_of_tries, one_try, pump

pytestmark = pytest.mark.django_db


def outcome(subscription):
    subscription.refresh_from_db()
    return [(d.state, d.tries) for d in Delivery.objects.filter(subscription=subscription).order_by("at", "id")]


def test_a_report_is_told_signed_and_without_a_word_about_people(told, receiver, resident, settings):
    subscription, secret = told
    issue = make_issue(resident, description="chez Monique Tremblay, 819 555-0142", now=timezone.now())
    pump(subscription)
    [got] = receiver.got
    said = check(secret, got)
    assert said["type"] == "issues.reported"
    assert said["data"]["code"] == issue.code
    assert said["data"]["url"].startswith(settings.PUBLIC_URL)
    assert said["data"]["territory"] == issue.territory.slug
    text = got.body.decode()
    assert "Monique" not in text
    assert str(resident.person_id) not in text
    assert got.headers["content-type"] == "application/json"
    [attempt] = Attempt.objects.all()
    assert (attempt.status, attempt.obstacle) == (204, "")
    assert outcome(subscription) == [("delivered", 1)]


def test_delivery_and_task_are_written_with_the_event(told, receiver, jobs):
    class Abandoned(Exception):
        pass

    with pytest.raises(Abandoned), transaction.atomic():
        make_issue()
        assert Delivery.objects.count() == 1
        raise Abandoned
    assert Delivery.objects.count() == 0
    assert jobs() == []
    make_issue()
    assert Delivery.objects.count() == 1
    assert [name for name, _ in jobs()] == ["webhooks.send"]
    assert receiver.got == []


def test_an_event_that_nobody_wants_costs_one_look(territory, receiver, clerk, django_assert_num_queries):
    event = sending.Event.of(Entry(name="issues.resolved", territory_id=territory.pk, at=timezone.now(), data={}))
    with django_assert_num_queries(1):
        operations.queue_for(event)
    other = sending.Event.of(Entry(name="identity.entered", territory_id=territory.pk, at=timezone.now(), data={}))
    with django_assert_num_queries(0):
        operations.queue_for(other)


def test_the_neighbour_hears_nothing(told, neighbour, receiver):
    with use(territory=neighbour):
        make_issue()
        assert Delivery.objects.count() == 0
    assert Delivery.objects.count() == 0


def test_a_busy_receiver_is_tried_again_with_the_same_id(told, receiver, jobs):
    subscription, _ = told
    receiver.answers = [503, 503, 204]
    make_issue(now=timezone.now())
    start = timezone.now()
    tried = days_of_tries(subscription, start, days=0.1)
    assert [round((at - start).total_seconds()) for at in tried] == [0, 5, 30]
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 1
    assert len({got.body for got in receiver.got}) == 1
    assert outcome(subscription) == [("delivered", 3)]
    assert (subscription.failures, subscription.failing_since, subscription.rests_until) == (0, None, None)
    assert [attempt.status for attempt in Attempt.objects.all()] == [503, 503, 204]


def test_the_task_looks_again_at_the_right_moment(told, receiver, jobs):
    subscription, _ = told
    receiver.answers = [500]
    make_issue(now=timezone.now())
    pump(subscription)
    [moment] = [at for name, at in jobs() if name == "webhooks.look_again"]
    assert 2 < (moment - timezone.now()).total_seconds() < 6
    pump(subscription)
    assert len(receiver.got) == 1  # not before its time


@pytest.mark.parametrize(
    ("answer", "status", "obstacle"),
    [
        ((302, {"Location": "https://ailleurs.example/"}, b""), 302, ""),
        ("cut", None, "broken"),
        ((400, {}, b"<script>\x00\xff non"), 400, ""),
        ((429, {"Retry-After": "120"}, b""), 429, ""),
    ],
)
def test_what_went_wrong_is_in_the_log(told, receiver, answer, status, obstacle):
    subscription, _ = told
    receiver.answers = [answer]
    make_issue(now=timezone.now())
    pump(subscription)
    [attempt] = Attempt.objects.all()
    assert (attempt.status, attempt.obstacle) == (status, obstacle)
    assert attempt.answer.isprintable()
    assert outcome(subscription) == [("waiting", 1)]
    assert len(receiver.got) == 1


def test_nobody_listens_hangs_then_answers(told, receiver, monkeypatch):
    subscription, _ = told
    with receiving() as gone:
        closed = gone.url
    Subscription.objects.update(url=closed)
    make_issue(now=timezone.now())
    now = timezone.now()
    assert one_try(subscription, now)
    monkeypatch.setattr(sending, "call", lambda *a, **k: sending_call(*a, **{**k, "seconds": 0.5}))
    receiver.answers = ["hang", (200, {}, b"merci")]
    Subscription.objects.update(url=receiver.url)
    assert one_try(subscription, now + timedelta(minutes=1))
    assert one_try(subscription, now + timedelta(minutes=5))
    assert [(a.status, a.obstacle) for a in Attempt.objects.order_by("at")] == [
        (None, "no_connection"),
        (None, "timeout"),
        (200, ""),
    ]
    assert Attempt.objects.get(obstacle="timeout").milliseconds >= 500
    assert outcome(subscription) == [("delivered", 3)]


def sending_call(*arguments, **options):
    from parvis.lib.outbound import call

    return call(*arguments, **options)


def test_a_private_address_is_never_called(told, receiver, settings):
    subscription, _ = told
    settings.OUTBOUND_NETWORKS = ()
    Subscription.objects.update(url=f"https://localhost:{receiver.port}/")
    make_issue(now=timezone.now())
    pump(subscription)
    assert receiver.got == []
    [attempt] = Attempt.objects.all()
    assert attempt.obstacle == "forbidden"


def test_a_receiver_says_how_long_it_wants_to_be_left_alone(told, receiver):
    subscription, _ = told
    receiver.answers = [(503, {"Retry-After": "120"}, b""), (503, {"Retry-After": "99999999999"}, b""), 204]
    make_issue(now=timezone.now())
    start = timezone.now()
    tried = days_of_tries(subscription, start, days=1)
    assert [round((at - start).total_seconds()) for at in tried] == [0, 120, 120 + 6 * 3600]


def test_one_message_that_is_refused_does_not_hold_the_others(told, receiver):
    subscription, _ = told
    receiver.answers = [400, 204, 204]
    for _ in range(3):
        make_issue(now=timezone.now())
    pump(subscription)
    assert len(receiver.got) == 3
    assert sorted(outcome(subscription)) == [("delivered", 1), ("delivered", 1), ("waiting", 1)]


def test_a_silent_receiver_holds_all_and_hears_them_in_order(told, receiver):
    subscription, secret = told
    receiver.answers = [503, 204]
    codes = [make_issue(now=timezone.now() + timedelta(milliseconds=n)).code for n in range(3)]
    pump(subscription)
    assert len(receiver.got) == 1
    days_of_tries(subscription, timezone.now() + timedelta(seconds=10), days=0.01)
    assert [check(secret, got)["data"]["code"] for got in receiver.got[1:]] == codes


def test_after_ten_tries_and_three_days_it_is_given_up_and_staff_are_told(told, receiver, clerk):
    subscription, _ = told
    receiver.answers = [500]
    make_issue(now=timezone.now())
    start = timezone.now()
    tried = days_of_tries(subscription, start, days=10)
    assert len(tried) == 10
    assert 2.5 < (tried[-1] - start) / timedelta(days=1) < 3.5
    assert outcome(subscription) == [("given_up", 10)]
    make_issue(now=start + timedelta(days=4))
    assert subscription.state == "stopped"
    assert Entry.objects.filter(name="webhooks.stopped", subject_id=subscription.pk).count() == 1
    make_issue(now=start + timedelta(days=5))
    assert not one_try(subscription, start + timedelta(days=6))
    receiver.answers = [204]
    operations.resume(actor=clerk, subscription=subscription, now=start + timedelta(days=6))
    days_of_tries(subscription, start + timedelta(days=6), days=1)
    assert outcome(subscription) == [("given_up", 10), ("delivered", 1), ("delivered", 1)]


def test_one_that_is_gone_for_good_is_stopped_at_once(told, receiver):
    subscription, _ = told
    receiver.answers = [410]
    make_issue(now=timezone.now())
    pump(subscription)
    subscription.refresh_from_db()
    assert subscription.state == "stopped"
    assert outcome(subscription) == [("waiting", 1)]


def test_a_secret_that_the_key_file_no_longer_opens_stops_it(told, receiver, settings, tmp_path):
    subscription, _ = told
    make_issue(now=timezone.now())
    settings.SECRETS_KEY_FILE = tmp_path / "another.key"
    pump(subscription)
    subscription.refresh_from_db()
    assert (subscription.state, receiver.got) == ("stopped", [])
    assert outcome(subscription) == [("waiting", 0)]


def test_paused_waits_and_resumed_is_sent(told, receiver, clerk):
    subscription, _ = told
    operations.pause(actor=clerk, subscription=subscription, now=timezone.now())
    make_issue(now=timezone.now())
    pump(subscription)
    assert receiver.got == []
    operations.resume(actor=clerk, subscription=subscription, now=timezone.now())
    pump(subscription)
    assert len(receiver.got) == 1


def test_the_secret_before_signs_too_for_two_days(told, receiver, clerk):
    subscription, before = told
    after = operations.rotate_secret(actor=clerk, subscription=subscription, now=timezone.now())
    make_issue(now=timezone.now())
    pump(subscription)
    check(before, receiver.got[0])
    check(after, receiver.got[0])
    make_issue(now=timezone.now())
    Subscription.objects.update(previous_until=timezone.now() - timedelta(seconds=1))
    pump(subscription)
    check(after, receiver.got[1])
    with pytest.raises(AssertionError):
        check(before, receiver.got[1])


def test_sent_again_by_hand_it_keeps_its_id_and_words(told, receiver, clerk):
    subscription, _ = told
    issue = make_issue(now=timezone.now())
    pump(subscription)
    issues.accept_issue(actor=clerk, issue=issue, now=timezone.now())
    pump(subscription)
    first = Delivery.objects.get(event="issues.reported")
    operations.replay(actor=clerk, subscription=subscription, ids=[first.pk], now=timezone.now())
    pump(subscription)
    again = [got for got in receiver.got if got.headers["webhook-id"] == first.message_id]
    assert len(again) == 2
    assert again[0].body == again[1].body
    assert len(receiver.got) == 3


def test_a_thing_that_has_gone_is_not_spoken_of(told, receiver):
    subscription, _ = told
    issue = make_issue(now=timezone.now())
    Delivery.objects.update(event_id=Entry.objects.get(name="cases.opened", subject_id=issue.case_id).pk)
    pump(subscription)
    assert receiver.got == []
    assert outcome(subscription) == [("given_up", 0)]


def test_the_sweep_takes_what_was_forgotten(told, receiver, jobs):
    subscription, _ = told
    make_issue(now=timezone.now())
    past = timezone.now() - timedelta(minutes=5)
    before = len(jobs())
    tasks.sweep.func(context={})
    assert len(jobs()) == before
    Delivery.objects.update(next_at=past)
    tasks.sweep.func(context={})
    tasks.sweep.func(context={})
    assert [name for name, _ in jobs()[before:]] == ["webhooks.look_again"]
    Subscription.objects.update(state="paused")
    assert json.dumps(outcome(subscription)) == '[["waiting", 0]]'


def test_a_removed_subscription_stops_in_the_middle(told, receiver, clerk):
    subscription, _ = told
    make_issue(now=timezone.now())
    parcel = sending.claim(subscription.pk, now=timezone.now())
    operations.remove_subscription(actor=clerk, subscription=subscription, now=timezone.now())
    assert sending.settle(parcel, sending.post(parcel), now=timezone.now()) == []
    assert not Attempt.objects.exists()


def test_the_log_is_forgotten_after_thirty_days(told, receiver):
    subscription, _ = told
    make_issue(now=timezone.now())
    pump(subscription)
    operations.forget_old(now=timezone.now() + timedelta(days=29))
    assert Delivery.objects.count() == 1
    operations.forget_old(now=timezone.now() + timedelta(days=31))
    assert (Delivery.objects.count(), Attempt.objects.count()) == (0, 0)
