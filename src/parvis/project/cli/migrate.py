"""`parvis migrate`: tables, then what stands around them (policies, keys, grants), then the cache table."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from parvis.project.cli.environment import LocalDatabase
from parvis.project.cli.progress import bar, say

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

_LOCK = 0x7061727669  # "parvi": one migration at a time, whichever node starts it


@click.command()
def migrate() -> None:
    """Bring the database to what this version needs. Safe to run at every start."""
    database = LocalDatabase.for_this_process()
    with database.opened():
        database.set_up_django(role="owner")
        run()


def run() -> None:
    """Migrate as the owner and synchronise what the models declare. Django must be ready, as the owner."""
    from django.core.management import call_command
    from django.db import connection

    from parvis.core.tenancy.sync import synchronise

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
    try:
        applied = _apply(connection)
        call_command("createcachetable", verbosity=0)
        changed = synchronise(connection)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
        connection.close()
    say(f"The database is ready ({_counted(applied, 'migration')}, {_counted(len(changed), 'guard')} changed).")


def _counted(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def _apply(connection: BaseDatabaseWrapper) -> int:
    from django.core.management import call_command
    from django.core.management.commands.migrate import Command
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    with bar("Preparing the database", total=len(plan)) as advance:
        command = Command()
        command.migration_progress_callback = _reporter(advance)  # type: ignore[method-assign]
        call_command(command, verbosity=0, interactive=False)
    return len(plan)


def _reporter(advance: Callable[[int], None]) -> Callable[..., None]:
    def report(action: str, migration: Any = None, fake: bool = False) -> None:
        if action == "apply_success":
            advance(1)

    return report
