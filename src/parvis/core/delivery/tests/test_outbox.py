"""Into the outbox and out of it, without a network."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction

from parvis.core.delivery import operations, personal, queries, sending, tasks
from parvis.core.delivery.backend import OutboxBackend
from parvis.core.delivery.channels.protocol import ChannelClosed
from parvis.core.delivery.models import LocalCopy, Outgoing, Pause, State
from parvis.core.delivery.operations import Message, enqueue, enqueue_mail, enqueue_many
from parvis.core.tasks.operations import Priority
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.lib.errors import Invalid, NotFound
from parvis.lib.ids import new_id

from .providers import Memory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def message(**given):
    return Message(**{"address": "monique@example.test", "subject": "Sujet", "text": "Bonjour", **given})


def jobs(name="delivery.send"):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args, priority, scheduled_at FROM procrastinate_jobs WHERE task_name = %s ORDER BY id", [name]
        )
        return [(json.loads(arguments), *rest) for arguments, *rest in cursor.fetchall()]


def run(*ids, priority=Priority.NORMAL, channel="email", **options):
    return sending.Turn(channel, priority, **options).run(list(ids))


def look(key):
    with sending.in_outbox():
        return Outgoing.objects.get(pk=key)


def test_a_message_and_its_task_are_written_together(territory, provider):
    key = enqueue(message(priority=Priority.NOW), now=NOW)
    row = Outgoing.objects.get(pk=key)
    assert (row.state, row.territory_id) == (State.QUEUED, territory.pk)
    [(arguments, priority, at)] = jobs()
    assert arguments["ids"] == [str(key)]
    assert (priority, at) == (int(Priority.NOW), None)
    assert Memory.taken == []


def test_the_task_says_nothing_about_people(territory, provider):
    enqueue(message(person_id=new_id()))
    [(arguments, _, _)] = jobs()
    assert "monique" not in str(arguments)
    assert arguments["context"] == {"territory": None, "person": None, "scope": "delivery"}


def test_after_a_rollback_nothing_leaves(territory, provider):
    class Abandoned(Exception):
        pass

    with pytest.raises(Abandoned), transaction.atomic():
        enqueue(message())
        raise Abandoned
    assert Outgoing.objects.count() == 0
    assert jobs() == []


def test_the_same_key_is_written_once(territory, provider):
    for _ in range(2):
        enqueue(message(dedupe_key="event-1:email:monique"))
        enqueue_many([message(dedupe_key="event-1:email:monique"), message(dedupe_key="event-1:email:henri")])
    assert sorted(Outgoing.objects.values_list("dedupe_key", flat=True)) == [
        "event-1:email:henri",
        "event-1:email:monique",
    ]
    for arguments, _, _ in jobs():
        run(*arguments["ids"])
    assert len(Memory.taken) == 2


def test_a_wrong_address_is_refused(territory, provider):
    with pytest.raises(Invalid):
        enqueue(message(address="monique@"))
    assert Outgoing.objects.count() == 0


def test_among_many_a_wrong_address_stops_nobody(territory, provider):
    enqueue_many([message(address="monique@"), message(address="henri@example.test")])
    assert dict(Outgoing.objects.values_list("address", "state")) == {
        "monique@": State.FAILED,
        "henri@example.test": State.QUEUED,
    }
    [(arguments, _, _)] = jobs()
    assert len(arguments["ids"]) == 1


def test_many_share_tasks_of_a_hundred(territory, provider):
    enqueue_many([message(address=f"p{n}@example.test", priority=Priority.BULK) for n in range(230)])
    assert [len(arguments["ids"]) for arguments, _, _ in jobs()] == [100, 100, 30]
    assert {priority for _, priority, _ in jobs()} == {int(Priority.BULK)}


def test_a_channel_without_a_provider_is_closed(territory, settings):
    settings.DELIVERY_ADAPTERS = {"email": settings.DELIVERY_ADAPTERS["email"]}
    with pytest.raises(ChannelClosed):
        enqueue(message(channel="sms", address="+18195550142"))
    with pytest.raises(ChannelClosed):
        enqueue(message(channel="pigeon"))


def test_sending_records_what_became_of_it(territory, provider):
    key = enqueue(message(headers={"List-Unsubscribe": "<https://example.test/u>"}))
    assert run(key)
    [envelope] = Memory.taken
    assert envelope.message_id == Outgoing.objects.get(pk=key).message_id
    assert envelope.headers == {"List-Unsubscribe": "<https://example.test/u>"}
    row = Outgoing.objects.get(pk=key)
    assert (row.state, row.attempts) == (State.SENT, 1)
    assert row.sent_at is not None


def test_a_task_that_runs_twice_sends_once(territory, provider):
    key = enqueue(message())
    run(key)
    run(key, key)
    assert len(Memory.taken) == 1


def test_a_message_left_on_its_way_goes_again_under_the_same_id(territory, provider):
    """What a sender killed in the middle leaves: state «sending», and no living process that holds it."""
    key = enqueue(message())
    with sending.in_outbox():
        Outgoing.objects.filter(pk=key).update(state=State.SENDING, attempts=1)
    before = look(key).message_id
    run(key)
    assert [envelope.message_id for envelope in Memory.taken] == [before]
    assert look(key).attempts == 2


def test_a_message_that_another_process_is_sending_is_left_to_it(territory, provider, owner_connection):
    key = enqueue(message())
    owner_connection.execute("SELECT pg_advisory_lock(hashtextextended('delivery:' || %s, 0))", [str(key)])
    run(key)
    assert Memory.taken == []
    owner_connection.execute("SELECT pg_advisory_unlock_all()")
    run(key)
    assert len(Memory.taken) == 1


def test_a_refused_address_is_not_tried_again(territory, provider):
    provider("Refuses")
    key = enqueue(message())
    assert run(key)
    assert (look(key).state, look(key).error) == (State.FAILED, "550 nobody of that name")
    assert len(jobs()) == 1


def test_come_back_later_waits_longer_each_time(territory, provider):
    provider("NotNow")
    key, moment = enqueue(message(), now=NOW), NOW
    waits = []
    for _ in range(4):
        run(key, clock=lambda moment=moment: moment)
        waits.append((look(key).next_attempt_at - moment).total_seconds())
        moment = look(key).next_attempt_at
    assert waits == [60, 120, 240, 480]
    assert look(key).state == State.QUEUED
    assert [at for _, _, at in jobs()][-1] == moment


def test_a_message_is_not_tried_before_its_time(territory, provider):
    provider("NotNow")
    key = enqueue(message(), now=NOW)
    run(key, clock=lambda: NOW)
    provider("Memory")
    run(key, clock=lambda: NOW + timedelta(seconds=30))
    assert Memory.taken == []
    run(key, clock=lambda: NOW + timedelta(seconds=60))
    assert len(Memory.taken) == 1


def test_after_three_days_it_is_given_up(territory, provider):
    provider("NotNow")
    key = enqueue(message(is_secret=True), now=NOW)
    run(key, clock=lambda: NOW + timedelta(days=3, seconds=1))
    assert (look(key).state, look(key).text) == (State.GIVEN_UP, "")


def test_a_silent_provider_loses_nothing_and_gets_a_rest(territory, provider):
    provider("Silent")
    key, other = enqueue(message()), enqueue(message())
    assert not run(key)
    assert (look(key).state, look(key).error) == (State.QUEUED, "connection refused")
    assert sending.resting("email")
    assert len(jobs("delivery.resume")) == 1
    sending.send.func(context={}, channel="email", ids=[str(other)], level=0)
    assert look(other).attempts == 0


def test_the_first_that_leaves_brings_all_the_others(territory, provider):
    provider("Silent")
    keys = [enqueue(message()) for _ in range(3)]
    run(keys[0])
    before = len(jobs())
    sending.resume.func(context={}, channel="email")
    assert Pause.objects.get().failures == 2
    provider("Memory")
    sending.resume.func(context={}, channel="email")
    assert not sending.resting("email")
    for arguments, _, _ in jobs()[before:]:
        run(*arguments["ids"])
    assert len(Memory.taken) == 3
    assert {look(key).state for key in keys} == {State.SENT}


def test_the_rest_of_a_provider_grows_to_a_minute(territory, provider):
    provider("Silent")
    key, moment, rests = enqueue(message(), now=NOW), NOW, []
    for _ in range(6):
        run(key, probing=True, clock=lambda moment=moment: moment)
        rests.append((Pause.objects.get().until - moment).total_seconds())
        moment = Pause.objects.get().until
    assert rests == [5, 10, 20, 40, 60, 60]


def test_a_message_that_cuts_the_line_does_not_block_the_others(territory, provider):
    provider("HangsUp")
    poison, good = enqueue(message(address="poison@example.test")), enqueue(message())
    assert not run(poison)
    assert not run(poison, probing=True)
    assert run(poison, good, probing=True)
    assert (look(poison).state, look(good).state) == (State.QUEUED, State.SENT)
    assert look(poison).next_attempt_at > look(poison).created_at


def test_a_turn_that_lasts_lets_others_pass(territory, provider, monkeypatch):
    provider("HangsUp")
    monkeypatch.setattr(sending, "TURN", -1.0)
    keys = [enqueue(message(address=f"p{n}@example.test")) for n in range(3)]
    before = len(jobs())
    run(*keys, priority=Priority.BULK)
    assert [envelope.id for envelope in Memory.taken] == keys[:1]
    [(arguments, priority, _)] = jobs()[before:]
    assert arguments["ids"] == [str(key) for key in keys[1:]]
    assert priority == int(Priority.BULK)


def test_the_sweep_takes_up_what_was_forgotten(territory, provider):
    key = enqueue(message(), now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    tasks.sweep.func(context={})
    [(arguments, _, _)] = jobs()
    assert arguments["ids"] == [str(key)]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    tasks.sweep.func(context={})
    assert jobs() == []


def test_the_sweep_leaves_a_backlog_alone(territory, provider):
    enqueue(message(), now=NOW)
    tasks.sweep.func(context={})
    assert len(jobs()) == 1


def test_a_rest_whose_end_was_lost_is_ended_by_the_sweep(territory, provider):
    Pause.objects.create(channel="email", since=NOW, until=NOW, error="lost")
    tasks.sweep.func(context={})
    assert len(jobs("delivery.resume")) == 1


# -- secrets -----------------------------------------------------------------------------------------------------------


def test_a_secret_belongs_to_nobody_and_is_wiped_once_sent(territory, provider):
    key = enqueue_mail("monique@example.test", subject="Code 123456", text="123456", language="fr", secret=True)
    assert not Outgoing.objects.filter(pk=key).exists()
    assert look(key).territory_id is None
    run(key)
    assert "123456" in Memory.taken[0].text
    row = look(key)
    assert (row.state, row.subject, row.text, row.html) == (State.SENT, "", "", "")


def test_the_database_refuses_a_secret_that_stays(territory, provider):
    key = enqueue(message(is_secret=True))
    with pytest.raises(IntegrityError), sending.in_outbox():
        Outgoing.objects.filter(pk=key).update(state=State.SENT, sent_at=NOW)


@pytest.mark.parametrize("scope", [Scope.TERRITORY, Scope.MINE, Scope.NETWORK, Scope.DELEGATED, Scope.SIGN_IN])
def test_only_the_sender_reads_a_message_without_territory(territory, provider, scope):
    key = enqueue(message(is_secret=True))
    with use(person=new_id(), scope=scope):
        assert not Outgoing.objects.filter(pk=key).exists()
        assert Outgoing.objects.filter(pk=key).update(text="changed") == 0


def test_the_neighbour_does_not_read_what_this_town_sends(territory, neighbour, provider):
    key = enqueue(message())
    with use(territory=neighbour):
        assert not Outgoing._base_manager.filter(pk=key).exists()


def test_a_person_reads_what_was_sent_to_them_and_nobody_else_does(territory, provider):
    monique, henri = new_id(), new_id()
    key = enqueue(message(person_id=monique))
    with use(person=monique, scope=Scope.MINE):
        assert Outgoing.objects.filter(pk=key).exists()
    with use(person=henri, scope=Scope.MINE):
        assert not Outgoing.objects.filter(pk=key).exists()


# -- Django's own mail -------------------------------------------------------------------------------------------------


def test_django_mail_goes_through_the_outbox(territory, provider):
    email = mail.EmailMessage("Sujet", "Bonjour", to=["Monique <m@example.test>"], cc=["h@example.test"])
    email.reply_to = ["r@x.ca"]
    assert OutboxBackend().send_messages([email]) == 1
    rows = {row.address: row for row in Outgoing.objects.all()}
    assert set(rows) == {"m@example.test", "h@example.test"}
    row = rows["m@example.test"]
    assert (row.name, row.headers, row.is_secret) == ("Monique", {"Reply-To": "r@x.ca"}, False)
    assert "Bonjour" in row.html and territory.name in row.html


def test_account_mail_goes_first_and_is_secret(territory, provider):
    with use(scope=Scope.SIGN_IN):
        mail.get_connection("parvis.core.delivery.backend.OutboxBackend").send_messages(
            [mail.EmailMessage("Code", "123456", to=["m@example.test"])]
        )
    [(arguments, priority, _)] = jobs()
    assert priority == int(Priority.NOW)
    assert look(arguments["ids"][0]).is_secret


def test_files_are_refused_aloud(territory, provider):
    email = mail.EmailMessage("Sujet", "Bonjour", to=["m@example.test"])
    email.attach("plan.pdf", b"%PDF", "application/pdf")
    with pytest.raises(ValueError, match="carries no files"):
        OutboxBackend().send_messages([email])


# -- what is kept ------------------------------------------------------------------------------------------------------


def test_the_local_adapter_keeps_a_repeat_once(territory, provider, settings):
    settings.DELIVERY_ADAPTERS = {"email": "parvis.core.delivery.channels.local.LocalAdapter"}
    key = enqueue(message())
    run(key)
    with sending.in_outbox():
        Outgoing.objects.filter(pk=key).update(state=State.SENDING, sent_at=None)
    run(key)
    assert LocalCopy.objects.count() == 1


def test_messages_are_shown_in_the_demo_only(territory, provider, settings):
    settings.DELIVERY_ADAPTERS = {"email": "parvis.core.delivery.channels.local.LocalAdapter"}
    run(enqueue(message(is_secret=True, text="123456")))
    settings.DEMO = False
    with pytest.raises(NotFound):
        queries.messages()
    settings.DEMO = True
    [shown] = queries.messages(address="MONIQUE@example.test")
    assert (shown.text, shown.channel) == ("123456", "email")
    assert queries.message(shown.id) == shown
    with pytest.raises(NotFound):
        queries.message(new_id())


def test_old_messages_are_forgotten_and_waiting_ones_are_not(territory, provider):
    sent, waiting = enqueue(message(), now=NOW), enqueue(message(), now=NOW)
    run(sent)
    assert operations.forget_old(now=NOW + timedelta(days=89)) == 0
    assert operations.forget_old(now=NOW + timedelta(days=91)) == 1
    assert look(waiting).state == State.QUEUED


def test_a_person_gets_a_copy_and_can_be_forgotten(territory, neighbour, provider):
    monique = new_id()
    sent, waiting = enqueue(message(person_id=monique)), enqueue(message(person_id=monique))
    run(sent)
    with use(territory=neighbour):
        elsewhere = enqueue(message(person_id=monique))
    assert [row["state"] for row in personal.export(monique)] == ["queued", "sent"]
    assert list(personal.erase(monique, NOW)) == []
    assert personal.export(monique) == []
    run(waiting, elsewhere)
    assert [envelope.id for envelope in Memory.taken] == [sent, elsewhere]
