"""Write a territory's archive, a row at a time, from one look at the database."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import connection, transaction

from parvis.core.audit.models import Entry
from parvis.core.events.operations import record
from parvis.core.identity.models import Presence
from parvis.core.registry.entries import ArchivePart
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.core.territories import rules
from parvis.core.territories.models import WaitingRow
from parvis.lib.actor import Actor
from parvis.lib.errors import require

from . import people, shape
from .form import FILES, PARTS, PERSONS, PRESENCES, ROWS, TERRITORY, UUIDS, Manifest, Progress, Writer, silent
from .shape import Shape

# Acts of whoever runs the instance, about the archive itself: they stay where they were done.
OWN_EVENTS = ("territories.exported", "territories.imported")


def write_archive(
    path: Path, *, actor: Actor, territory: Territory, with_people: bool = True, progress: Progress = silent
) -> Manifest:
    """Write the whole archive of a territory into a file that only its owner may read; return its manifest.

    The file appears when it is complete. Raises NotAllowed, OSError.
    """
    require(rules.can_archive(actor))
    part = path.with_name(path.name + ".part")
    # A transaction that sees one moment only; within another (a test), that one's.
    outermost = not connection.in_atomic_block
    try:
        with transaction.atomic():
            if outermost:
                connection.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
            with (
                use(territory=territory, person=None),
                os.fdopen(descriptor, "w+b") as stream,
                Writer(stream, progress) as writer,
            ):
                manifest = _Export(territory, with_people, writer).run()
                record(actor, "territories.exported", territory, people=with_people)
        part.replace(path)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
    return manifest


class _Export:
    """One archive under way, in the context of its territory."""

    def __init__(self, territory: Territory, with_people: bool, writer: Writer) -> None:
        self.territory, self.with_people, self.writer = territory, with_people, writer
        self.slugs = dict(Territory.objects.values_list("pk", "slug"))
        self.pseudonyms = people.Pseudonyms()
        self.parts = shape.parts()
        self.files: set[str] = set()
        self.known: frozenset[str] = frozenset()

    def run(self) -> Manifest:
        everyone = people.people_of_the_territory()
        if not self.with_people:
            self.known = frozenset(str(pk) for pk in everyone)
        self.writer.rows(TERRITORY, [self._territory()])
        self.writer.rows(PERSONS, people.dump(everyone) if self.with_people else self._nameless(everyone))
        presences = Presence.objects.filter(territory_id=self.territory.pk).order_by("pk")
        self.writer.rows(PRESENCES, self._plain(Presence, presences.iterator(chunk_size=people.BATCH)))
        for part in self.parts:
            self._part(part)
        for one in shape.shapes():
            if self.with_people or one.label not in shape.left_out_without_people():
                self.writer.rows(f"{ROWS}{one.label}.jsonl", self._rows(one))
        self._files()
        whose = {"slug": self.territory.slug, "name": self.territory.name, "id": str(self.territory.pk)}
        return self.writer.close(territory=whose, with_people=self.with_people)

    def _territory(self) -> dict[str, Any]:
        return {f.attname: shape.plain(getattr(self.territory, f.attname)) for f in Territory._meta.concrete_fields}

    def _nameless(self, everyone: Iterable[UUID]) -> Iterator[dict[str, Any]]:
        yield from ({"id": pk} for pk in sorted(self.pseudonyms.of(person) for person in everyone))

    def _plain(self, model: type, rows: Iterable[Any]) -> Iterator[dict[str, Any]]:
        names = [f.attname for f in model._meta.concrete_fields if f.attname != "territory_id"]  # type: ignore[attr-defined]
        for row in rows:
            yield self._unnamed({name: shape.plain(getattr(row, name)) for name in names}, ())

    def _part(self, part: ArchivePart) -> None:
        for name, table in part.tables.items():
            rows = (self._unnamed(dict(row), ()) for row in table.dump(self.with_people))
            self.writer.rows(f"{PARTS}{part.name}/{name}.jsonl", rows)
        self.files.update(part.files())

    def _rows(self, one: Shape) -> Iterator[Mapping[str, Any]]:
        waiting = [row.row for row in WaitingRow.objects.filter(model=one.label)]
        if not self.with_people:
            waiting = [self._without_people(one, row) for row in waiting]
        yield from shape.merged_by_id(self._stored(one), sorted(waiting, key=lambda row: str(row["id"])))

    def _stored(self, one: Shape) -> Iterator[dict[str, Any]]:
        rows = one.model._base_manager.filter(territory_id=self.territory.pk).order_by("pk")
        if one.model is Entry:
            rows = rows.exclude(name__in=OWN_EVENTS)
        for row in rows.iterator(chunk_size=people.BATCH):
            out = {one.key(field): shape.plain(_value(row, field)) for field in one.columns}
            for field in one.territory_keys:
                out[field.name] = self.slugs.get(getattr(row, field.attname))
            if one.model is Entry:
                out["data"] = self._event_data(out["data"])
            if not self.with_people:
                out = self._without_people(one, out)
            self._note_files(one, row)
            yield out

    def _event_data(self, data: dict[str, Any]) -> dict[str, Any]:
        for part in self.parts:
            for key, (out, _back) in part.event_ids.items():
                if key in data:
                    data[key] = out(data[key])
        return data

    def _note_files(self, one: Shape, row: Any) -> None:
        if hasattr(row, "archived_files"):
            self.files.update(row.archived_files())
        self.files.update(str(name) for field in shape.file_fields(one.model) if (name := getattr(row, field)))

    def _without_people(self, one: Shape, row: dict[str, Any]) -> dict[str, Any]:
        for field in one.columns:
            key = one.key(field)
            if key in (one.personal or ()):
                row[key] = shape.emptied(field, row[key])
            elif field.related_model and field.related_model._meta.label in shape.left_out_without_people():
                row[key] = None
        return self._unnamed(row, one.person_columns)

    def _unnamed(self, row: dict[str, Any], columns: Iterable[str]) -> dict[str, Any]:
        """Put pseudonyms in place of people, wherever their ids stand."""
        if self.with_people:
            return row
        for name in columns:
            row[name] = self.pseudonyms.of(row[name]) if row[name] else row[name]
        return {key: self._replaced(value) for key, value in row.items()}

    def _replaced(self, value: Any) -> Any:
        if isinstance(value, str):
            return UUIDS.sub(lambda m: self.pseudonyms.of(m[0]) if m[0] in self.known else m[0], value)
        if isinstance(value, dict):
            return {key: self._replaced(part) for key, part in value.items()}
        return [self._replaced(part) for part in value] if isinstance(value, list) else value

    def _files(self) -> None:
        for name in sorted(self.files):
            if default_storage.exists(name):
                with default_storage.open(name) as stream:
                    self.writer.file(FILES + name, stream)


def _value(row: Any, field: Any) -> Any:
    value = getattr(row, field.attname)
    return value.name if hasattr(value, "storage") else value
