"""Look at a whole archive before anything is written: form, digests, counts, names, rows."""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from parvis.core.identity.models import Presence
from parvis.core.tenancy.models import Territory
from parvis.lib.errors import Invalid, gettext_noop

from . import shape
from .form import (
    FILES,
    FORMAT,
    MANIFEST,
    PARTS,
    PERSONS,
    PIECE,
    PRESENCES,
    ROWS,
    TERRITORY,
    Entry,
    Manifest,
    Progress,
    is_uuid,
    silent,
)
from .people import DETAILS

MOST_OF_A_LINE = 32 * 1024 * 1024
MOST_OF_THE_MANIFEST = 64 * 1024 * 1024
MOST_COMPRESSED = 300  # our own rows shrink ten to thirty times
_SMALL = 1024 * 1024
# What zipfile, zlib and json raise over a file that somebody bent.
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, EOFError, LookupError, ValueError, TypeError, AttributeError, NotImplementedError,
    RuntimeError,
)  # fmt: skip


class Damaged(Invalid):
    """The file is not a whole archive of a territory."""

    code = "damaged"

    def __init__(self, why: str, /, **params: object) -> None:
        super().__init__(gettext_noop("This is not a whole archive of a territory: %(why)s."), why=why % params)


@dataclass
class Archive:
    """A checked archive, open for reading. `ids` are those its rows define, read only when they are asked for."""

    zip: zipfile.ZipFile
    manifest: Manifest
    _ids: set[str] | None = field(default=None)

    def rows(self, name: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of an entry; none when it is not there."""
        for text in self.lines(name):
            yield json.loads(text)

    def lines(self, name: str) -> Iterator[str]:
        """Yield the lines of an entry; none when it is not there."""
        if any(entry.name == name for entry in self.manifest.entries):
            with self.zip.open(name) as stream:
                while text := stream.readline(MOST_OF_A_LINE):
                    yield text.decode()

    def ids(self) -> set[str]:
        """Return the ids that its rows define, people's aside: what a copy beside the original must change."""
        if self._ids is None:
            names = [e.name for e in self.manifest.entries if e.rows is not None and e.name != PERSONS]
            rows = (row for name in names for row in self.rows(name))
            self._ids = {row["id"] for row in rows if is_uuid(row.get("id"))}
        return self._ids


@contextmanager
def check_archive(path: Path, progress: Progress = silent) -> Iterator[Archive]:
    """Open an archive after reading all of it. Raises Damaged, Invalid (made by another version), OSError."""
    try:
        opened = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, UnicodeDecodeError):
        raise Damaged("it cannot be opened as a zip file") from None
    with opened:
        try:
            manifest = _manifest(opened)
            _check_names(opened, manifest)
            for entry in manifest.entries:
                _check_entry(opened, entry)
                progress(entry.rows or 1)
        except _UNREADABLE as error:
            raise Damaged("%(what)s", what=" ".join(str(error).split())[:200]) from error
        yield Archive(opened, manifest)


def _manifest(opened: zipfile.ZipFile) -> Manifest:
    try:
        info = opened.getinfo(MANIFEST)
    except KeyError:
        raise Damaged("its manifest is missing") from None
    if info.file_size > MOST_OF_THE_MANIFEST:
        raise Damaged("its manifest is too large")
    told = json.loads(opened.read(info))
    if told.get("format") != FORMAT:
        raise Invalid(
            gettext_noop(
                "This archive has format %(format)s; this version reads format %(known)s. Update one of them."
            ),
            format=told.get("format"),
            known=FORMAT,
        )
    entries = tuple(Entry(**entry) for entry in told["entries"])
    return Manifest(told["format"], told["parvis"], told["territory"], bool(told["with_people"]), entries)


def _check_names(opened: zipfile.ZipFile, manifest: Manifest) -> None:
    listed = [entry.name for entry in manifest.entries]
    there = [info.filename for info in opened.infolist()]
    if sorted([*listed, MANIFEST]) != sorted(there) or len(set(there)) != len(there):
        raise Damaged("its entries are not those that its manifest lists")
    if not {TERRITORY, PERSONS, PRESENCES} <= set(listed) or manifest.rows_of(TERRITORY) != 1:
        raise Damaged("it does not say whose it is")
    allowed = _row_entries()
    for entry in manifest.entries:
        if entry.name.startswith(FILES):
            _check_file_name(entry.name.removeprefix(FILES), manifest)
        elif entry.name not in allowed:
            raise Invalid(
                gettext_noop("This archive holds %(entry)s, which no module of this instance knows."), entry=entry.name
            )
        info = opened.getinfo(entry.name)
        if info.file_size != entry.size:
            raise Damaged("%(name)s has another size than its manifest says", name=entry.name)
        if entry.size > _SMALL and entry.size > MOST_COMPRESSED * max(info.compress_size, 1):
            raise Damaged("%(name)s would grow out of all proportion", name=entry.name)


def _row_entries() -> set[str]:
    ours = {f"{ROWS}{one.label}.jsonl" for one in shape.shapes()}
    added = {f"{PARTS}{part.name}/{name}.jsonl" for part in shape.parts() for name in part.tables}
    return {TERRITORY, PERSONS, PRESENCES} | ours | added


def _check_file_name(name: str, manifest: Manifest) -> None:
    """Every file lies in the territory's own folder, at the first or the second level."""
    parts = PurePosixPath(name).parts
    clean = name == "/".join(parts) and not {"..", "."} & set(parts) and "\\" not in name and "\0" not in name
    if not clean or name.startswith("/") or manifest.territory["id"] not in parts[:2] or len(parts) < 2:
        raise Damaged("the file %(name)s would lie outside its territory", name=name)


def _check_entry(opened: zipfile.ZipFile, entry: Entry) -> None:
    digest, size, rows = hashlib.sha256(), 0, 0
    keys = _keys_of(entry.name)
    with opened.open(entry.name) as stream:
        read = (lambda: stream.readline(MOST_OF_A_LINE)) if entry.rows is not None else (lambda: stream.read(PIECE))
        while piece := read():
            size += len(piece)
            digest.update(piece)
            if entry.rows is not None:
                rows += 1
                _check_row(entry.name, rows, piece, keys)
    if size != entry.size or digest.hexdigest() != entry.sha256:
        raise Damaged("%(name)s was changed since it was written", name=entry.name)
    if entry.rows is not None and rows != entry.rows:
        raise Damaged("%(name)s has %(rows)d rows, not %(told)d", name=entry.name, rows=rows, told=entry.rows)


def _keys_of(name: str) -> frozenset[str] | None:
    """Return the columns that an entry may have; None when its part looks after them."""
    if name == PERSONS:
        return frozenset({"id", *DETAILS, "email_confirmed"})
    if name in (TERRITORY, PRESENCES):
        model = Territory if name == TERRITORY else Presence
        return frozenset(field.attname for field in model._meta.concrete_fields)
    for one in shape.shapes():
        if name == f"{ROWS}{one.label}.jsonl":
            return frozenset(one.key(field) for field in one.columns)
    return None


def _check_row(name: str, number: int, piece: bytes, keys: frozenset[str] | None) -> None:
    if not piece.endswith(b"\n"):
        raise Damaged("line %(number)d of %(name)s has no end", number=number, name=name)
    row = json.loads(piece)
    if not isinstance(row, Mapping) or (keys is not None and not is_uuid(row.get("id"))):
        raise Damaged("line %(number)d of %(name)s is not a row", number=number, name=name)
    strange = sorted(row.keys() - keys) if keys is not None else []
    if strange:
        raise Invalid(
            gettext_noop("%(name)s has a column «%(column)s» that this version does not know: update this instance."),
            name=name,
            column=strange[0],
        )
