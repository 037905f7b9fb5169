"""An event is written with its cause, heard at least once, and handled once."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.db import connection, transaction
from django.utils import timezone

from parvis.core.audit.models import Entry
from parvis.core.events.commands import events
from parvis.core.events.models import Receipt
from parvis.core.events.operations import UnknownEvent, handle, record
from parvis.core.events.tasks import forget_receipts
from parvis.core.registry.registry import handler_path
from parvis.core.tasks.operations import snapshot
from parvis.core.tenancy.switches import set_switch
from parvis.lib.actor import Actor

from . import house as trial

HANDLERS = [handler_path(trial.count_done), handler_path(trial.count_again)]


def jobs():
    with connection.cursor() as cursor:
        cursor.execute("SELECT args->>'handler' FROM procrastinate_jobs WHERE task_name = 'events.handle' ORDER BY id")
        return [name for (name,) in cursor.fetchall()]


def run(event, handler):
    handle.func(context=snapshot(), event=str(event.id), handler=handler_path(handler), module="trial")


@pytest.mark.django_db
def test_the_act_and_a_task_for_each_subscriber(house, territory, resident):
    event = record(resident, "trial.done", territory, state="done")
    entry = Entry.objects.get(pk=event.id)
    assert (entry.name, entry.actor_id, entry.beneficiary_id) == ("trial.done", resident.person_id, resident.person_id)
    assert (entry.subject_type, entry.subject_id) == ("tenancy.Territory", territory.pk)
    assert (entry.channel, entry.data) == ("web", {"state": "done"})
    assert jobs() == HANDLERS


@pytest.mark.django_db
def test_subscribers_are_enqueued_in_one_round_trip(house, territory, resident, django_assert_num_queries):
    with django_assert_num_queries(3):  # the act, which modules are in use, the tasks
        record(resident, "trial.done", territory)


@pytest.mark.django_db
def test_what_nobody_declares_is_refused(house, territory, resident):
    with pytest.raises(UnknownEvent):
        record(resident, "trial.imagined", territory)


@pytest.mark.django_db
def test_a_module_switched_off_hears_nothing(house, territory, resident):
    set_switch(module="trial", is_on=False)
    record(resident, "trial.done", territory)
    assert jobs() == []


@pytest.mark.django_db
def test_a_handler_that_runs_twice_does_nothing_the_second_time(house, territory, resident):
    event = record(resident, "trial.done", territory)
    for _ in range(3):
        run(event, trial.count_done)
    assert trial.runs("count_done") == 1
    assert trial.runs("count_again") == 0
    run(record(resident, "trial.done", territory), trial.count_done)
    assert trial.runs("count_done") == 2


@pytest.mark.django_db
def test_a_handler_that_fails_leaves_no_receipt_and_runs_again(house, territory, resident, monkeypatch):
    event = record(resident, "trial.failed", territory)
    with pytest.raises(trial.Failure), transaction.atomic():
        run(event, trial.fail_first)
    assert trial.runs("fail_first") == 0
    assert not Receipt.objects.filter(event_id=event.id).exists()
    monkeypatch.setattr(trial, "fails", False)
    run(event, trial.fail_first)
    assert trial.runs("fail_first") == 1


def test_after_a_rollback_nothing_is_left(in_town, town, owner_connection):
    class Abandoned(Exception):
        pass

    with pytest.raises(Abandoned), in_town():
        record(Actor.system(town.pk), "trial.done", town)
        raise Abandoned
    assert owner_connection.execute("SELECT count(*) FROM audit_entry").fetchone() == (0,)
    assert owner_connection.execute("SELECT count(*) FROM procrastinate_jobs").fetchone() == (0,)


def test_after_a_commit_everything_is_there(in_town, town, owner_connection):
    with in_town():
        record(Actor.system(town.pk), "trial.done", town)
        assert owner_connection.execute("SELECT count(*) FROM procrastinate_jobs").fetchone() == (0,)
    assert owner_connection.execute("SELECT count(*) FROM audit_entry").fetchone() == (1,)
    assert owner_connection.execute("SELECT count(*) FROM procrastinate_jobs").fetchone() == (2,)


def test_the_command_prints_who_emits_and_who_listens(house):
    printed = CliRunner(env={"COLUMNS": "200"}).invoke(events).output
    assert "trial.done" in printed
    assert "trial: tests.kernel.house:count_again" in printed


def test_a_narrow_terminal_folds_what_it_prints_and_cuts_nothing(house):
    printed = CliRunner(env={"COLUMNS": "60"}).invoke(events).output
    assert "…" not in printed
    heard = "".join(line.split("│")[3].strip() for line in printed.splitlines() if line.count("│") == 4)
    assert "tests.kernel.house:count_again" in heard.replace(" ", "")


@pytest.mark.django_db
def test_receipts_are_kept_a_month(house, territory, resident):
    event = record(resident, "trial.done", territory, state="done")
    for handler in (trial.count_done, trial.count_again):
        run(event, handler)
    Receipt.objects.filter(handler=HANDLERS[0]).update(at=timezone.now() - timedelta(days=31))
    forget_receipts.func(context=snapshot())
    assert [receipt.handler for receipt in Receipt.objects.all()] == [HANDLERS[1]]
