"""Define and defer tasks. A task carries territory, person and scope, and runs in a transaction with that context.

Queue: procrastinate on PostgreSQL. Deferring writes a row through Django's own connection, so that it commits or rolls
back with the data that caused it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from enum import IntEnum
from functools import wraps
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.urls import set_script_prefix
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job, JobDeferrer
from procrastinate.manager import JobManager
from procrastinate.tasks import Task

from parvis.core.tenancy import context as tenancy
from parvis.core.tenancy.guard import Scope


class Priority(IntEnum):
    """What goes first: a person's own confirmation never waits behind a mass mailing."""

    NOW = 100
    EVENT = 50
    NORMAL = 0
    BULK = -50


RETRY = RetryStrategy(max_attempts=8, exponential_wait=3)

# In a worker the queue has connections of its own. What a task defers still belongs to the task's transaction:
# otherwise it would stay after a rollback, and could run before what it speaks of is committed.
_IN_TRANSACTION = JobManager(DjangoConnector(alias="default"))

_gathered: ContextVar[list[Job] | None] = ContextVar("parvis_gathered_jobs", default=None)


def task(
    *,
    name: str,
    priority: Priority = Priority.NORMAL,
    queue: str = "default",
    retry: RetryStrategy | None = RETRY,
    own_transaction: bool = True,
) -> Callable[[Callable[..., Any]], Task[Any, Any, Any]]:
    """Make a task of a function with JSON arguments. It must be safe to run twice.

    With `own_transaction` (the rule) it runs inside one transaction under the context it was deferred in. Without, it
    opens its own around each step with :func:`in_context`: for work that calls an outside service.
    """

    def decorate(function: Callable[..., Any]) -> Task[Any, Any, Any]:
        @wraps(function)
        def run(*, context: Mapping[str, str | None], **arguments: Any) -> None:
            set_script_prefix("/")
            if not own_transaction:
                function(context=context, **arguments)
                return
            with in_context(context):
                function(**arguments)

        return app.task(name=name, queue=queue, priority=int(priority), retry=retry or False)(run)

    return decorate


@contextmanager
def in_context(context: Mapping[str, str | None]) -> Iterator[None]:
    """A transaction with the context a task was deferred in."""
    territory, person = context.get("territory"), context.get("person")
    with (
        transaction.atomic(),
        tenancy.use(
            territory=UUID(territory) if territory else None,
            person=UUID(person) if person else None,
            scope=Scope(context.get("scope") or "territory"),
        ),
    ):
        yield


def snapshot() -> dict[str, str | None]:
    """Return the context in force, as a task carries it."""
    context = tenancy.current()
    return {
        "territory": str(context.territory_id) if context.territory_id else None,
        "person": str(context.person_id) if context.person_id else None,
        "scope": context.scope.value,
    }


def defer(
    work: Task[Any, Any, Any],
    *,
    at: datetime | None = None,
    priority: Priority | None = None,
    lock: str | None = None,
    unique: str | None = None,
    context: Mapping[str, str | None] | None = None,
    **arguments: Any,
) -> bool:
    """Enqueue a task in the running transaction; return False when `unique` is waiting already.

    `lock`: tasks with the same lock run one after the other. `unique`: one such task waits at a time; the attempt sits
    in a savepoint, since procrastinate's AlreadyEnqueued comes from a constraint and would abort the transaction.
    """
    options: dict[str, Any] = {"lock": lock, "queueing_lock": unique, "schedule_at": at}
    if priority is not None:
        options["priority"] = int(priority)
    deferrer = _deferrer(work, options)
    payload = {"context": dict(context) if context is not None else snapshot(), **arguments}
    if unique is None:
        _enqueue([deferrer.make_new_job(**payload)])
        return True
    try:
        with transaction.atomic():
            deferrer.defer(**payload)
    except AlreadyEnqueued:
        return False
    return True


def defer_many(
    work: Task[Any, Any, Any],
    batch: Iterable[Mapping[str, Any]],
    *,
    at: datetime | None = None,
    priority: Priority | None = None,
    context: Mapping[str, str | None] | None = None,
) -> None:
    """Enqueue one task for each mapping of arguments, in one round trip."""
    shared = dict(context) if context is not None else snapshot()
    payloads = [{"context": shared, **arguments} for arguments in batch]
    deferrer = _deferrer(work, {"priority": None if priority is None else int(priority), "schedule_at": at})
    _enqueue([deferrer.make_new_job(**payload) for payload in payloads])


@contextmanager
def together() -> Iterator[None]:
    """Enqueue what is deferred in this block in one round trip at its end, equal jobs once; nothing after an error.

    No error may be caught inside: what its savepoint takes back would be enqueued all the same.
    """
    jobs: list[Job] = []
    token = _gathered.set(jobs)
    try:
        yield
    finally:
        _gathered.reset(token)
    once = {repr((job.task_name, job.lock, job.priority, job.scheduled_at, job.task_kwargs)): job for job in jobs}
    _enqueue(list(once.values()))


def _enqueue(jobs: list[Job]) -> None:
    gathered = _gathered.get()
    if gathered is not None:
        gathered.extend(jobs)
    elif jobs:
        _IN_TRANSACTION.batch_defer_jobs(jobs)


def _deferrer(work: Task[Any, Any, Any], options: Mapping[str, Any]) -> JobDeferrer:
    deferrer = work.configure(**{key: value for key, value in options.items() if value is not None})
    deferrer.job_manager = _IN_TRANSACTION
    return deferrer


def waiting() -> int:
    """Return how many jobs wait or run, from the queue's index."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')")
        return cursor.fetchone()[0]
