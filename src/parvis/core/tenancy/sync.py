"""Make the database hold what the models declare: policies, composite keys, grants, functions.

Runs as the owner after the migrations, in one transaction, and changes nothing when nothing changed. The declarations
are the only source, so a policy cannot drift from the model it guards (docs/decisions/0003-guards-are-synchronised.md).
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from . import facts
from .external import EXTERNAL, EXTERNAL_APPS
from .fields import TerritoryForeignKey, TerritoryOneToOneField
from .guard import Guard, Kind
from .policies import policies_of

APPLICATION_ROLE = "parvis_app"
LOCK = 0x70617276  # "parv": one synchronisation at a time
ALSO: list[Callable[[], Iterator[tuple[str, str]]]] = []
"""What packages above add: functions that yield (name, SQL made from the manifests), run again when it changes."""


class Undeclared(Exception):
    """Models without a guard; the message lists them."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """A table and how it is guarded."""

    table: str
    guard: Guard
    model: type[models.Model]


def guarded_models() -> list[Guarded]:
    """Return every table with its guard, ours and third parties'. Raises Undeclared."""
    found, missing = [], []
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or model._meta.swapped:
            continue
        guard = (
            getattr(model, "guard", None) or EXTERNAL.get(model._meta.label) or EXTERNAL_APPS.get(model._meta.app_label)
        )
        if guard is None and model._meta.auto_created:
            guard = Guard.system()  # the table behind a many-to-many field: two ids
        if guard is None:
            missing.append(model._meta.label)
        else:
            found.append(Guarded(model._meta.db_table, guard, model))
    if missing:
        raise Undeclared(f"These models declare no guard (see parvis.core.tenancy.guard): {', '.join(sorted(missing))}")
    return found


def composite_keys(model: type[models.Model]) -> Iterator[tuple[str, str, str]]:
    """Yield (table, column, parent table) for each composite foreign key of a model."""
    for field in model._meta.local_fields:
        if isinstance(field, TerritoryForeignKey | TerritoryOneToOneField):
            yield model._meta.db_table, field.column, field.related_model._meta.db_table


def _sql_files() -> Iterator[Path]:
    ours = [config for config in apps.get_app_configs() if config.name.startswith("parvis.")]
    for config in sorted(ours, key=lambda config: config.name != "parvis.core.tenancy"):
        yield from sorted(Path(config.path, "sql").glob("*.sql"))


def _texts() -> Iterator[tuple[str, str]]:
    for path in _sql_files():
        yield f"functions {path.parent.parent.name}/{path.name}", path.read_text(encoding="utf-8")
    yield from facts.triggers()
    for provider in ALSO:
        yield from provider()


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


class _Synchroniser:
    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection
        self.done: list[str] = []

    def run(self) -> list[str]:
        with transaction.atomic(using=self.connection.alias), self.connection.cursor() as self.cursor:
            self.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            self.execute("CREATE SCHEMA IF NOT EXISTS parvis")
            self.execute("SET LOCAL check_function_bodies = off")
            self.functions()
            guarded = guarded_models()
            self.grants(guarded)
            for entry in guarded:
                self.policies(entry)
            self.keys(guarded)
        return self.done

    def execute(self, sql: str, parameters: Sequence[Any] | None = None) -> None:
        self.cursor.execute(sql, parameters)

    def comment(self, thing: str) -> str | None:
        """Return the digest last written on a thing by us."""
        self.execute("SELECT value FROM parvis.applied WHERE thing = %s", [thing])
        row = self.cursor.fetchone()
        return row[0] if row else None

    def mark(self, thing: str, digest: str) -> None:
        self.execute(
            "INSERT INTO parvis.applied VALUES (%s, %s) ON CONFLICT (thing) DO UPDATE SET value = excluded.value",
            [thing, digest],
        )
        self.done.append(thing)

    def functions(self) -> None:
        self.execute("CREATE TABLE IF NOT EXISTS parvis.applied (thing text PRIMARY KEY, value text NOT NULL)")
        for thing, text in _texts():
            if self.comment(thing) != _digest([text]):
                self.execute(text.replace("%", "%%") if "%" in text else text, [] if "%" in text else None)
                self.mark(thing, _digest([text]))

    def grants(self, guarded: list[Guarded]) -> None:
        statements = [
            f"GRANT USAGE ON SCHEMA public, parvis TO {APPLICATION_ROLE}",
            f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public, parvis TO {APPLICATION_ROLE}",
            f"GRANT SELECT ON ALL TABLES IN SCHEMA parvis TO {APPLICATION_ROLE}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APPLICATION_ROLE}",
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APPLICATION_ROLE}",
            f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {APPLICATION_ROLE}",
        ]
        statements += [
            f'REVOKE UPDATE, DELETE ON "{entry.table}" FROM {APPLICATION_ROLE}'
            for entry in guarded
            if entry.guard.append_only
        ]
        # GRANT ALL TABLES is a snapshot: repeated every time, it costs milliseconds and cannot be out of date.
        for statement in statements:
            self.execute(statement)

    def policies(self, entry: Guarded) -> None:
        wanted = policies_of(entry.guard, entry.model)
        thing = f"policies {entry.table}"
        digest = _digest(wanted)
        if self.comment(thing) == digest:
            return
        self.execute("SELECT policyname FROM pg_policies WHERE schemaname = 'public' AND tablename = %s", [entry.table])
        for (name,) in self.cursor.fetchall():
            self.execute(f'DROP POLICY "{name}" ON "{entry.table}"')
        if wanted:
            self.execute(f'ALTER TABLE "{entry.table}" ENABLE ROW LEVEL SECURITY')
            for statement in wanted:
                self.execute(statement)
        else:
            self.execute(f'ALTER TABLE "{entry.table}" DISABLE ROW LEVEL SECURITY')
        self.mark(thing, digest)

    def keys(self, guarded: list[Guarded]) -> None:
        wanted = {key for entry in guarded for key in composite_keys(entry.model)}
        for parent in sorted({parent for _, _, parent in wanted}):
            self.constraint(parent, f"{parent}_territory_id_uniq"[:63], "UNIQUE (territory_id, id)")
        for table, column, parent in sorted(wanted):
            definition = (
                f'FOREIGN KEY (territory_id, "{column}") REFERENCES "{parent}" (territory_id, id) '
                "DEFERRABLE INITIALLY DEFERRED"
            )
            self.constraint(table, f"{table}_{column}_tfk"[:63], definition)

    def constraint(self, table: str, name: str, definition: str) -> None:
        self.execute(
            "SELECT 1 FROM pg_constraint WHERE conname = %s AND conrelid = %s::regclass", [name, f'public."{table}"']
        )
        if self.cursor.fetchone() is None:
            self.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}')
            self.mark(f"key {name}", _digest([definition]))


def synchronise(connection: BaseDatabaseWrapper | None = None) -> list[str]:
    """Bring policies, keys, grants and functions to what the models declare; return what changed.

    `connection` must be the owner's; the default one is used when None. Raises Undeclared.
    """
    if connection is None:
        from django.db import connection as default

        connection = default
    return _Synchroniser(connection).run()


def is_synchronised(connection: BaseDatabaseWrapper) -> bool:
    """Tell, as any role, whether the policies in the database are those that the models declare."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT thing, value FROM parvis.applied")
        applied = dict(cursor.fetchall())
    return all(
        applied.get(f"policies {entry.table}") == _digest(policies_of(entry.guard, entry.model))
        for entry in guarded_models()
    ) and all(applied.get(thing) == _digest([text]) for thing, text in _texts())


__all__ = ["Guarded", "Kind", "Undeclared", "composite_keys", "guarded_models", "is_synchronised", "synchronise"]
