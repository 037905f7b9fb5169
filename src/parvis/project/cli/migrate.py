"""`parvis migrate`: tables, then what stands around them (policies, keys, grants), then the cache table."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from parvis.project.cli.environment import LocalDatabase
from parvis.project.cli.progress import bar, say
from parvis.project.obstacle import Obstacle

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations.executor import MigrationExecutor

T = TypeVar("T")
_LOCK_PATIENCE = 3000  # milliseconds
_LOCK_NOT_AVAILABLE = "55P03"
_ATTEMPTS = 100
_FEWER_COLLECTIONS = (20_000, 20, 50)  # of garbage: each migration makes models anew, by the thousand
_LOCK = 0x7061727669  # "parvi": one migration at a time, whichever node starts it


@click.command()
def migrate() -> None:
    """Bring the database to what this version needs. Safe to run at every start."""
    database = LocalDatabase.for_this_process()
    with database.opened(owner=True):
        database.set_up_django(role="owner")
        run()


def run() -> None:
    """Migrate as the owner and synchronise what the models declare. Django must be ready, as the owner.

    Raises Obstacle when the manifests do not fit together: nothing is changed then.
    """
    from django.core.management import call_command
    from django.db import connection

    from parvis.core.registry.checks import require_fit
    from parvis.core.registry.registry import BootError
    from parvis.core.tenancy.sync import synchronise

    try:
        require_fit()
    except BootError as error:
        remedy = "Correct the manifests (docs/module-contract.md), then start again."
        raise Obstacle(f"The modules do not fit together. {' '.join(str(error).splitlines())}", remedy) from error
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
    try:
        applied = patiently(lambda: _apply(connection))
        call_command("createcachetable", verbosity=0)
        changed = patiently(lambda: synchronise(connection))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
        connection.close()
    say(f"The database is ready ({_counted(applied, 'migration')}, {_counted(len(changed), 'guard')} changed).")


def patiently(work: Callable[[], T]) -> T:
    """Do work that alters tables people are reading; return what it returns.

    Whoever waits for a table's lock stops everybody who comes after. So a lock is given up after a few seconds, those
    who waited read, and the work, of which each migration is one transaction, goes on where it stopped. Raises
    Obstacle when that has not helped for minutes.
    """
    from django.db import OperationalError, connection

    for _attempt in range(_ATTEMPTS):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{_LOCK_PATIENCE}ms"])
        try:
            return work()
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") != _LOCK_NOT_AVAILABLE:
                raise
            time.sleep(_LOCK_PATIENCE / 1000 / 2)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', '0', false)")
    raise Obstacle(
        "A table that has to change is in use without a pause.", "Try at a quieter hour, or end long transactions."
    )


def _counted(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def _apply(connection: BaseDatabaseWrapper) -> int:
    from django.core.management import call_command
    from django.core.management.commands.migrate import Command
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    _refuse_newer(executor)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    gc.freeze()
    gc.set_threshold(*_FEWER_COLLECTIONS)
    with bar("Preparing the database", total=len(plan)) as advance:
        command = Command()
        command.migration_progress_callback = _reporter(advance)  # type: ignore[method-assign]
        call_command(command, verbosity=0, interactive=False)
    return len(plan)


def _refuse_newer(executor: MigrationExecutor) -> None:
    """A migration of ours that this release does not have was made by a later one. Others' may go and be squashed."""
    from django.apps import apps

    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("parvis.")}
    unknown = executor.loader.applied_migrations.keys() - executor.loader.disk_migrations.keys()
    newer = sorted(f"{app}.{name}" for app, name in unknown if app in ours)
    if newer:
        raise Obstacle(
            f"This database was prepared by a newer release of Parvis ({newer[0]} is not known here).",
            "Install that release again, or restore the backup that was made before it.",
        )


def _reporter(advance: Callable[[int], None]) -> Callable[..., None]:
    def report(action: str, migration: Any = None, fake: bool = False) -> None:
        if action == "apply_success":
            advance(1)

    return report
