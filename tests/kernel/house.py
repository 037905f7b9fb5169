"""A module and tasks of these tests, which a worker process can have as well."""

import time
from pathlib import Path

from django.db import connection
from django.urls import reverse

from parvis.core.events.operations import Event
from parvis.core.registry import registry as registry_module
from parvis.core.registry.entries import Schedule
from parvis.core.registry.module import Module
from parvis.core.registry.registry import Registry, registry
from parvis.core.tasks.operations import Priority, defer, defer_many, task
from parvis.core.tenancy import context as tenancy
from parvis.core.tenancy.models import Setting


class Failure(Exception):
    """What the handler that fails raises."""


def note(name: str) -> None:
    """Count one run under a name, in the territory and transaction of the moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tenancy_setting (id, territory_id, module, values)"
            " VALUES (gen_random_uuid(), %s, %s, jsonb_build_object('runs', 1, 'at', clock_timestamp()))"
            " ON CONFLICT (territory_id, module) DO UPDATE"
            " SET values = tenancy_setting.values"
            " || jsonb_build_object('runs', (tenancy_setting.values->>'runs')::int + 1)",
            [tenancy.current_territory_id(), name],
        )


def runs(name: str) -> int:
    """Return how often :func:`note` was called and committed under a name, in the territory of the moment."""
    values = Setting.objects.filter(module=name).values_list("values", flat=True).first()
    return values["runs"] if values else 0


def count_done(event: Event) -> None:
    """A subscriber that works."""
    note("count_done")


def count_again(event: Event) -> None:
    """Another one."""
    note("count_again")


fails = True


def fail_first(event: Event) -> None:
    """A subscriber that fails after having written, until `fails` is turned off."""
    note("fail_first")
    if fails:
        raise Failure


@task(name="trial.note", priority=Priority.NORMAL)
def note_task(*, name: str) -> None:
    """Count one run."""
    note(name)


@task(name="trial.slow")
def slow_task(*, name: str, sign: str, seconds: float) -> None:
    """Write, show a sign of having begun, take one's time, and commit at the end."""
    note(name)
    Path(sign).touch()
    time.sleep(seconds)


@task(name="trial.overlap")
def overlap_task(*, folder: str) -> None:
    """Leave a trace if another one is running at the same moment."""
    here = Path(folder, "running")
    try:
        here.touch(exist_ok=False)
    except FileExistsError:
        Path(folder, "overlapped").touch()
    time.sleep(0.3)
    here.unlink(missing_ok=True)
    note("overlap")


@task(name="trial.defer_and_fail", retry=None)
def defer_and_fail(*, name: str) -> None:
    """Defer another task, then fail: neither may leave anything."""
    defer(note_task, name=name)
    defer(note_task, name=name, unique="only-one")
    defer_many(note_task, [{"name": name}])
    raise Failure


@task(name="trial.defer")
def defer_task(*, name: str) -> None:
    """Defer another task, then take one's time before committing."""
    defer(found_task, name=name, priority=Priority.NOW)
    note(name)
    time.sleep(1.0)


@task(name="trial.found", retry=None)
def found_task(*, name: str) -> None:
    """Note whether what the deferring task wrote is there."""
    note("found" if runs(name) else "too early")


@task(name="trial.context")
def context_task() -> None:
    """Note the context one runs in."""
    context = tenancy.current()
    note(f"{context.scope}:{context.person_id}:{reverse('ui:colours')}"[:40])


def tick() -> None:
    """What the schedule of these tests names is a task; this is only its place."""


MODULE = Module(
    name="trial",
    label="Trial",
    switchable=True,
    emits=["trial.done", "trial.failed"],
    on={"trial.done": [count_done, count_again], "trial.failed": fail_first},
    schedules=[
        Schedule("each", "0 0 1 1 *", "tests.kernel.house.note_task", each_territory=True, arguments={"name": "each"})
    ],
)


def move_in() -> Registry:
    """Add the module to the registry of this process."""
    registry_module._registry = Registry([*(m for m in registry().modules if m.name != "trial"), MODULE])
    return registry_module._registry
