"""Who subscribes a machine, to what, where; secrets sealed and rotated."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from parvis.core.identity import sealing
from parvis.core.identity.tests.factories import OwnedFactory, staff_actor
from parvis.core.webhooks import operations, rules
from parvis.core.webhooks.models import Attempt, Delivery, Subscription
from parvis.core.webhooks.notices import staff
from parvis.lib.errors import Invalid, NotAllowed, NotFound, WrongState
from parvis.lib.ids import new_id

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 14, 0, tzinfo=UTC)
SAID = {"name": "Garage", "url": "https://garage.example/crochet", "events": ["issues.resolved", "issues.reported"]}


class SubscriptionFactory(OwnedFactory):
    """A machine that hears of solved reports."""

    class Meta:
        model = Subscription

    name = "Garage"
    url = "https://garage.example/crochet"
    events = ["issues.resolved"]
    sealed_secret = "scellé"


def delivery(subscription: Subscription, **given: object) -> Delivery:
    return Delivery.objects.create(
        subscription=subscription, **{"event_id": new_id(), "event": "issues.resolved", "at": NOW, **given}
    )


def test_only_staff_with_the_right_touch_webhooks(territory, resident, visitor, neighbour_clerk):
    subscription = SubscriptionFactory()
    sent = delivery(subscription, state="delivered", delivered_at=NOW)
    same = {"subscription": subscription, "now": NOW}
    for wrong in (resident, visitor, neighbour_clerk, staff_actor(territory, "issues.work")):
        assert not rules.can_manage_webhooks(wrong)
        for step, more in (
            (operations.subscribe, {"now": NOW, **SAID}),
            (operations.change_subscription, {**same, **SAID}),
            (operations.pause, same),
            (operations.resume, same),
            (operations.rotate_secret, same),
            (operations.remove_subscription, same),
            (operations.send_test, same),
            (operations.replay, {**same, "ids": [sent.pk]}),
            (operations.replay_given_up, same),
        ):
            with pytest.raises(NotAllowed):
                step(actor=wrong, **more)
    sent.refresh_from_db()
    assert sent.state == "delivered"
    assert Subscription.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"url": "http://garage.example/"}, "url"),
        ({"url": "garage"}, "url"),
        ({"url": "https://192.168.1.10/"}, "url"),
        ({"url": "https://169.254.169.254/"}, "url"),
        ({"url": "https://garage.example/" + "x" * 600}, "url"),
        ({"events": []}, "events"),
        ({"events": ["identity.entered"]}, "events"),
        ({"events": ["issues.resolved", "nothing"]}, "events"),
    ],
)
def test_what_cannot_be_told_or_reached_is_refused(territory, clerk, wrong, field):
    with pytest.raises(Invalid) as refused:
        operations.subscribe(actor=clerk, now=NOW, **{**SAID, **wrong})
    assert refused.value.field == field
    assert not Subscription.objects.exists()


def test_the_secret_is_sealed_and_told_once(territory, clerk):
    made, secret = operations.subscribe(actor=clerk, now=NOW, **SAID)
    assert sealing.unseal(made.sealed_secret) == secret
    with connection.cursor() as cursor:
        for table in ("webhooks_subscription", "audit_entry", "procrastinate_jobs"):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{secret[6:]}%"])
            assert cursor.fetchone()[0] == 0


def test_secrets_are_sealed_again_with_a_new_key(territory, neighbour, clerk, settings, tmp_path):
    settings.SECRETS_KEY_FILE = tmp_path / "secrets.key"
    made, secret = operations.subscribe(actor=clerk, now=NOW, **SAID)
    second = operations.rotate_secret(actor=clerk, subscription=made, now=NOW)
    sealing.rotate()
    assert operations.reseal_secrets() == 1
    settings.SECRETS_KEY_FILE.write_text(settings.SECRETS_KEY_FILE.read_text().splitlines()[0] + "\n")
    made.refresh_from_db()
    assert (sealing.unseal(made.sealed_secret), sealing.unseal(made.sealed_previous)) == (second, secret)


def test_a_change_of_address_is_looked_at_too(territory, clerk):
    made, _ = operations.subscribe(actor=clerk, now=NOW, **SAID)
    with pytest.raises(Invalid):
        operations.change_subscription(actor=clerk, subscription=made, now=NOW, **{**SAID, "url": "https://10.0.0.1/"})
    operations.change_subscription(actor=clerk, subscription=made, now=NOW, **{**SAID, "events": ["issues.resolved"]})
    made.refresh_from_db()
    assert (made.url, made.events) == (SAID["url"], ["issues.resolved"])


def test_a_step_twice_is_refused(territory, clerk):
    made = SubscriptionFactory()
    operations.pause(actor=clerk, subscription=made, now=NOW)
    with pytest.raises(WrongState):
        operations.pause(actor=clerk, subscription=made, now=NOW)
    operations.resume(actor=clerk, subscription=made, now=NOW)
    with pytest.raises(WrongState):
        operations.resume(actor=clerk, subscription=made, now=NOW)


def test_only_messages_of_this_subscription_are_sent_again(territory, clerk):
    one, other = SubscriptionFactory(), SubscriptionFactory()
    lost, theirs = delivery(one, state="given_up"), delivery(other, state="given_up")
    with pytest.raises(NotFound):
        operations.replay(actor=clerk, subscription=one, ids=[theirs.pk, new_id()], now=NOW)
    assert operations.replay_given_up(actor=clerk, subscription=one, now=NOW) == 1
    lost.refresh_from_db()
    theirs.refresh_from_db()
    assert (lost.state, theirs.state) == ("waiting", "given_up")


def test_a_test_message_waits_for_the_worker(territory, clerk):
    made = SubscriptionFactory()
    assert operations.send_test(actor=clerk, subscription=made, now=NOW).event == "webhooks.test"


def test_who_hears_that_one_was_stopped(territory, neighbour):
    from parvis.core.events.operations import record
    from parvis.core.identity.tests.factories import make_staff
    from parvis.lib.actor import Actor

    keeper, other = make_staff(territory, "webhooks.manage"), make_staff(territory, "issues.work")
    everything = make_staff(territory)
    make_staff(neighbour, "webhooks.manage")
    event = record(Actor.system(territory.pk), "webhooks.stopped", SubscriptionFactory())
    heard = {reader.person_id for reader in staff(event)}
    assert heard == {keeper.pk, everything.pk}
    assert other.pk not in heard


@pytest.mark.parametrize(
    "wrong",
    [{"events": []}, {"sealed_secret": ""}, {"sealed_previous": "x"}, {"failures": 1}, {"failing_since": NOW}],
)
def test_the_database_refuses_what_cannot_be(territory, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        SubscriptionFactory(**wrong)


def test_one_event_is_told_once_to_each(territory):
    made, event = SubscriptionFactory(), new_id()
    sent = delivery(made, event_id=event)
    with pytest.raises(IntegrityError), transaction.atomic():
        delivery(made, event_id=event)
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.filter(pk=sent.pk).update(state="delivered")
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(delivery=sent, milliseconds=1)
