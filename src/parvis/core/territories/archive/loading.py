"""Bring a territory in from its archive: all of it or nothing, and never a change to what is here already."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import DatabaseError, models, transaction
from django.db.models.constants import OnConflict

from parvis.core.audit.models import Entry
from parvis.core.events.operations import record
from parvis.core.identity.models import Presence
from parvis.core.tenancy.addresses import reserved_words
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Territory
from parvis.core.territories import rules
from parvis.core.territories.models import WaitingRow
from parvis.lib.actor import Actor
from parvis.lib.errors import Conflict, Invalid, gettext_noop, require
from parvis.lib.ids import new_id

from . import people, shape
from .checking import Archive, check_archive
from .form import FILES, PARTS, PERSONS, PRESENCES, ROWS, TERRITORY, UUIDS, Manifest, Progress, silent
from .shape import Shape


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came in: the territory, the people recognised by their e-mail, the ties that wait for another territory."""

    territory: Territory
    manifest: Manifest
    recognised: int
    waiting: int


def load_archive(path: Path, *, actor: Actor, slug: str = "", progress: Progress = silent) -> Loaded:
    """Check an archive, then import its territory under its own slug or another, in one transaction.

    Beside the original, every row of the copy gets an id of its own. Raises NotAllowed, Damaged, Invalid, Conflict
    (the slug is taken, or rows of it are here already), OSError.
    """
    require(rules.can_archive(actor))
    with check_archive(path, progress) as archive:
        loading = _Import(archive, slug or archive.manifest.territory["slug"], progress)
        try:
            with transaction.atomic(), use(territory=None, person=None):
                loaded = loading.run()
                with use(territory=loaded.territory):
                    record(actor, "territories.imported", loaded.territory, slug=loaded.territory.slug)
        except BaseException as error:
            loading.take_files_back()
            if isinstance(error, DatabaseError):
                why = str(error).splitlines()[0]
                raise Conflict(gettext_noop("This archive does not fit here, and nothing was kept: %(why)s"), why=why)
            if isinstance(error, ValidationError):
                raise Invalid(gettext_noop("A value cannot be read: %(why)s"), why="; ".join(error.messages)) from error
            raise
    return loaded


class _Import:
    """One archive on its way in."""

    def __init__(self, archive: Archive, slug: str, progress: Progress) -> None:
        self.archive, self.slug, self.progress = archive, slug, progress
        self.ids: dict[str, str] = {}
        self.copied: set[str] = set()
        self.written: list[str] = []
        self.waiting = 0

    def run(self) -> Loaded:
        self._check_slug()
        old = self.archive.manifest.territory["id"]
        if Territory.objects.filter(pk=old).exists():
            self.copied = self.archive.ids() | {old}
            self.salt = new_id().bytes
        [row] = self._rows(TERRITORY)
        territory = _make(Territory, {**row, "slug": self.slug})
        _insert(Territory, [territory])
        self.slugs = {slug: pk for pk, slug in Territory.objects.values_list("pk", "slug")}
        with use(territory=territory):
            self.ids = people.load(self._rows(PERSONS, as_they_are=True))
            recognised = len(self.ids)
            with use(scope=Scope.SIGN_IN):
                for batch in people.in_batches(self._rows(PRESENCES)):
                    made = [_make(Presence, row, territory_id=territory.pk) for row in batch]
                    _insert(Presence, made, ignore=True)
            for part in shape.parts():
                for name, table in part.tables.items():
                    table.load(self._rows(f"{PARTS}{part.name}/{name}.jsonl"))
            for one in shape.shapes():
                self._load(one, territory)
            self._load_files()
        return Loaded(territory, self.archive.manifest, recognised, self.waiting)

    def _check_slug(self) -> None:
        if self.slug in reserved_words():
            raise Invalid(gettext_noop("«%(slug)s» is a word of the house's own addresses."), slug=self.slug)
        if Territory.objects.filter(slug=self.slug).exists():
            raise Conflict(
                gettext_noop("A territory is called «%(slug)s» already: import it under another name with --slug."),
                slug=self.slug,
            )
        for validator in Territory._meta.get_field("slug").validators:
            validator(self.slug)

    # -- ids ------------------------------------------------------------------------------------------

    def _rows(self, name: str, *, as_they_are: bool = False) -> Iterator[dict[str, Any]]:
        for text in self.archive.lines(name):
            self.progress(1)
            yield json.loads(text if as_they_are else self._renamed(text))

    def _renamed(self, text: str) -> str:
        if not self.ids and not self.copied:
            return text
        return UUIDS.sub(lambda match: self._id(match[0]), text)

    def _id(self, old: str) -> str:
        """Return the id that a row or a person has here. A copy keeps the moment in its ids, hence their order."""
        if old in self.copied:
            digest = hashlib.blake2b(old.encode(), key=self.salt, digest_size=8).digest()
            tail = int.from_bytes(digest) & (2**62 - 1)
            return str(UUID(int=UUID(old).int >> 64 << 64 | 0b10 << 62 | tail))
        return self.ids.get(old, old)

    # -- rows -----------------------------------------------------------------------------------------

    def _load(self, one: Shape, territory: Territory) -> None:
        for batch in people.in_batches(self._rows(f"{ROWS}{one.label}.jsonl")):
            made, waiting = [], []
            for row in batch:
                missing = next(
                    (row[f.name] for f in one.territory_keys if row.get(f.name) not in (None, *self.slugs)), ""
                )
                if missing:
                    waiting.append(WaitingRow(territory=territory, model=one.label, slug=missing, row=row))
                else:
                    made.append(row_from(one, row, self.slugs, territory.pk))
            _insert(one.model, made)
            WaitingRow.objects.bulk_create(waiting)
            self.waiting += len(waiting)

    # -- files ----------------------------------------------------------------------------------------

    def _load_files(self) -> None:
        for entry in self.archive.manifest.entries:
            if entry.name.startswith(FILES):
                name = self._renamed(entry.name.removeprefix(FILES))
                default_storage.delete(name)  # left by an import that was cut off: this territory was not here
                self.written.append(name)
                with self.archive.zip.open(entry.name) as stream:
                    default_storage.save(name, File(stream))
                self.progress(1)

    def take_files_back(self) -> None:
        """Delete the files written so far."""
        for name in self.written:
            with suppress(OSError):
                default_storage.delete(name)


def row_from(one: Shape, row: Mapping[str, Any], slugs: Mapping[str, UUID], territory_id: UUID) -> models.Model:
    """Return the row of a model that a line of an archive stands for. `slugs` gives the ids of other territories."""
    values = dict(row)
    for field in one.territory_keys:
        slug = values.pop(field.name, None)
        values[field.attname] = str(slugs[slug]) if slug else None
    if one.model is Entry:
        values["data"] = _event_data(values.get("data") or {})
    return _make(one.model, values, territory_id=territory_id)


def bring_waiting(slug: str) -> int:
    """Write the rows of the territory in force that waited for another one, which is here now; return how many."""
    slugs = {name: pk for pk, name in Territory.objects.values_list("pk", "slug")}
    known = {one.label: one for one in shape.shapes()}
    done = 0
    for waiting in WaitingRow.objects.filter(slug=slug):
        one = known[waiting.model]
        with transaction.atomic():
            _insert(one.model, [row_from(one, waiting.row, slugs, waiting.territory_id)])
            waiting.delete()
        done += 1
    return done


def _event_data(data: dict[str, Any]) -> dict[str, Any]:
    for part in shape.parts():
        for key, (_out, back) in part.event_ids.items():
            if key in data:
                data[key] = back(data[key])
    return data


def _make(model: type[models.Model], row: Mapping[str, Any], **given: Any) -> Any:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return model(**{name: shape.parsed(fields[name], value) for name, value in row.items()}, **given)


def _insert(model: type[models.Model], rows: Iterable[models.Model], *, ignore: bool = False) -> None:
    """Insert rows exactly as they are: neither signals nor the moment of now."""
    rows = list(rows)
    if rows:
        fields = [field for field in model._meta.local_concrete_fields if not getattr(field, "generated", False)]
        model._base_manager.all()._insert(  # type: ignore[attr-defined]
            rows, fields=fields, using="default", raw=True, on_conflict=OnConflict.IGNORE if ignore else None
        )
