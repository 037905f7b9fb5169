"""Background work: with its cause, in its context, in its order, and again after a crash."""

import signal
import time

import pytest
from django.db import connection, transaction
from django.urls import get_script_prefix, set_script_prefix
from procrastinate.contrib.django import app

from parvis.core.tasks import worker
from parvis.core.tasks.operations import Priority, defer, defer_many, in_context, snapshot, together, waiting
from parvis.core.tenancy.context import current, use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Setting, Territory
from parvis.lib.ids import new_id
from tests.process.processes import wait_until

from . import house as trial


@pytest.mark.django_db
def test_what_is_unique_waits_once_and_the_transaction_goes_on(house, territory):
    Setting.objects.create(module="before")
    assert defer(trial.note_task, name="a", unique="only-one")
    assert not defer(trial.note_task, name="a", unique="only-one")
    Setting.objects.create(module="after")
    assert Setting.objects.count() == 2
    assert waiting() == 1


@pytest.mark.django_db
def test_a_task_carries_the_context_it_was_deferred_in(house, territory):
    person = new_id()
    with use(person=person, scope=Scope.NETWORK):
        carried = snapshot()
    assert carried == {"territory": str(territory.pk), "person": str(person), "scope": "network"}
    with use(territory=None, person=None):
        with in_context(carried):
            assert (current().territory_id, current().person_id, current().scope) == (
                territory.pk, person, Scope.NETWORK
            )  # fmt: skip
        assert current().territory_id is None


@pytest.mark.django_db
def test_a_task_does_not_inherit_the_prefix_of_a_request(house, territory):
    set_script_prefix("/en/danville/")
    try:
        trial.context_task.func(context=snapshot())
        assert get_script_prefix() == "/"
        [name] = Setting.objects.values_list("module", flat=True)
        assert name.startswith("territory:None:/") and "/en/" not in name
    finally:
        set_script_prefix("/")


@pytest.mark.django_db
def test_a_task_that_cannot_begin_leaves_the_connection_as_it_was(territory):
    with pytest.raises(ValueError, match="badly formed"), in_context({"territory": "nowhere"}):
        pytest.fail("it should not begin")
    assert current().territory_id == territory.pk
    assert Setting.objects.count() == 0


@pytest.mark.django_db
def test_many_are_deferred_in_one_round_trip(house, territory, django_assert_num_queries):
    with django_assert_num_queries(1):
        defer_many(trial.note_task, [{"name": str(number)} for number in range(50)])
    assert waiting() == 50


@pytest.mark.django_db
def test_what_is_deferred_together_goes_in_one_round_trip_equal_jobs_once_and_nothing_after_an_error(
    house, territory, django_assert_num_queries
):
    with django_assert_num_queries(1), together():
        defer(trial.note_task, name="a", lock="one")
        defer(trial.note_task, name="a", lock="one")
        defer(trial.note_task, name="a")
        defer_many(trial.note_task, [{"name": "b"}, {"name": "c"}])
    assert waiting() == 4
    with pytest.raises(ZeroDivisionError), together():
        defer(trial.note_task, name="d")
        raise ZeroDivisionError
    assert waiting() == 4
    defer(trial.note_task, name="e")
    assert waiting() == 5


@pytest.mark.django_db
def test_schedules_of_the_manifests_are_deferred_for_each_territory(house, territory, neighbour):
    worker.register_schedules()
    assert "schedule.trial.each" in app.tasks
    app.tasks["schedule.trial.each"].func(timestamp=1)
    app.tasks["schedule.trial.each"].func(timestamp=1)
    assert waiting() == Territory.objects.count()


def test_a_rollback_takes_the_task_along(in_town):
    class Abandoned(Exception):
        pass

    with pytest.raises(Abandoned), in_town():
        defer(trial.note_task, name="a")
        raise Abandoned
    assert waiting() == 0


@pytest.mark.process
def test_what_is_urgent_goes_first(in_town, start_worker):
    with in_town():
        for priority in (Priority.BULK, Priority.NORMAL, Priority.EVENT, Priority.NOW):
            defer(trial.note_task, name=priority.name, priority=priority)
    assert start_worker(1, idle=True).wait(60) == 0
    with in_town():
        ended = sorted(Setting.objects.all(), key=lambda row: row.values["at"])
        assert [row.module for row in ended] == ["NOW", "EVENT", "NORMAL", "BULK"]


@pytest.mark.process
def test_tasks_with_one_lock_run_one_after_the_other(in_town, start_worker, tmp_path):
    with in_town():
        for _ in range(3):
            defer(trial.overlap_task, folder=str(tmp_path), lock="one-at-a-time")
    start_worker(4)
    wait_until(lambda: unfinished() == 0, 60)
    assert not (tmp_path / "overlapped").exists()
    with in_town():
        assert trial.runs("overlap") == 3


@pytest.mark.process
def test_tasks_without_a_lock_do_overlap(in_town, start_worker, tmp_path):
    """Otherwise the test above would prove nothing."""
    with in_town():
        for _ in range(4):
            defer(trial.overlap_task, folder=str(tmp_path))
    assert start_worker(4, idle=True).wait(60) == 0
    assert (tmp_path / "overlapped").exists()


@pytest.mark.process
def test_what_a_failing_task_deferred_is_gone(in_town, start_worker):
    with in_town():
        defer(trial.defer_and_fail, name="never")
    assert start_worker(1, idle=True).wait(60) == 0
    with in_town():
        assert trial.runs("never") == 0
    assert waiting() == 0


@pytest.mark.process
def test_what_a_task_deferred_waits_for_its_commit(in_town, start_worker):
    with in_town():
        defer(trial.defer_task, name="cause")
    assert start_worker(2, idle=True).wait(60) == 0
    start_worker(2)
    wait_until(lambda: unfinished() == 0, 30)
    with in_town():
        assert (trial.runs("found"), trial.runs("too early")) == (1, 0)


@pytest.mark.process
@pytest.mark.slow
def test_a_worker_killed_in_the_middle_of_a_task(in_town, start_worker, tmp_path):
    """Its work is undone by the database, taken up again within a minute, and there once."""
    sign = tmp_path / "begun"
    with in_town():
        defer(trial.slow_task, name="slow", sign=str(sign), seconds=3.0)
    first = start_worker(1)
    wait_until(sign.exists, 60)
    first.send_signal(signal.SIGKILL)
    first.wait()
    with in_town():
        assert trial.runs("slow") == 0
    sign.unlink()
    killed = time.monotonic()
    start_worker(1)

    def is_done() -> bool:
        with transaction.atomic(), in_town():
            return trial.runs("slow") == 1

    wait_until(is_done, 60)
    assert time.monotonic() - killed < 60
    wait_until(lambda: unfinished() == 0, 20)
    assert is_done()


@pytest.mark.process
@pytest.mark.slow
def test_a_worker_asked_to_stop_finishes_what_it_does(in_town, start_worker, tmp_path):
    sign = tmp_path / "begun"
    with in_town():
        defer(trial.slow_task, name="slow", sign=str(sign), seconds=2.0)
    process = start_worker(1)
    wait_until(sign.exists, 60)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    with in_town():
        assert trial.runs("slow") == 1


def unfinished() -> int:
    """Return how many of the tests' tasks wait or run."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE 'trial.%%'", [])
        return cursor.fetchone()[0]
