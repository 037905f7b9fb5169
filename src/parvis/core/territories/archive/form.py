"""The form of an archive: names of its entries, lines of JSON, and a zip that is the same byte for byte each time."""

import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import IO, Any
from uuid import UUID

FORMAT = 1
MANIFEST, TERRITORY, PERSONS, PRESENCES = "manifest.json", "territory.jsonl", "persons.jsonl", "presences.jsonl"
ROWS, PARTS, FILES = "rows/", "parts/", "files/"
UUIDS = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
PIECE = 256 * 1024
LEVEL = 6  # said, since a library's own default may change
_EPOCH = (1980, 1, 1, 0, 0, 0)

Progress = Callable[[int], None]


def silent(steps: int) -> None:
    """Show no progress."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the manifest says of one entry: its size in bytes, its SHA-256, and its rows when it has any."""

    name: str
    size: int
    sha256: str
    rows: int | None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says of itself."""

    format: int
    parvis: str
    territory: Mapping[str, str]
    with_people: bool
    entries: tuple[Entry, ...]

    def rows_of(self, name: str) -> int:
        """Return how many rows an entry has; none when it is not there."""
        return next((entry.rows or 0 for entry in self.entries if entry.name == name), 0)

    @property
    def files(self) -> int:
        """The number of files."""
        return sum(entry.rows is None for entry in self.entries)


def line(row: Mapping[str, Any]) -> bytes:
    """Return a row as one line: keys sorted, UTF-8, no space that says nothing."""
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def product_version() -> str:
    """Return the version of this product."""
    return version("parvis")


class Writer:
    """Writes entries one after the other, and the manifest at the end. Nothing is held but the entries' digests."""

    def __init__(self, stream: IO[bytes], progress: Progress = silent) -> None:
        self._zip = zipfile.ZipFile(stream, "w")
        self._entries: list[Entry] = []
        self._progress = progress

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, *_error: object) -> None:
        self._zip.close()

    def rows(self, name: str, rows: Iterable[Mapping[str, Any]]) -> int:
        """Write rows as JSON lines; return how many."""
        count = 0

        def lines() -> Iterable[bytes]:
            nonlocal count
            for row in rows:
                count += 1
                self._progress(1)
                yield line(row)

        size, digest = self._write(name, lines(), zipfile.ZIP_DEFLATED)
        self._entries.append(Entry(name, size, digest, count))
        return count

    def file(self, name: str, stream: IO[bytes]) -> None:
        """Write a file as it is: photos are compressed already."""
        pieces = iter(lambda: stream.read(PIECE), b"")
        size, digest = self._write(name, pieces, zipfile.ZIP_STORED)
        self._entries.append(Entry(name, size, digest, None))
        self._progress(1)

    def close(self, *, territory: Mapping[str, str], with_people: bool) -> Manifest:
        """Write the manifest, the last entry."""
        manifest = Manifest(FORMAT, product_version(), territory, with_people, tuple(self._entries))
        text = json.dumps(asdict(manifest), ensure_ascii=False, sort_keys=True, indent=1)
        self._write(MANIFEST, [text.encode() + b"\n"], zipfile.ZIP_DEFLATED)
        return manifest

    def _write(self, name: str, pieces: Iterable[bytes], method: int) -> tuple[int, str]:
        info = zipfile.ZipInfo(name, _EPOCH)
        info.compress_type, info.create_system, info.external_attr = method, 3, 0o600 << 16
        digest, size = hashlib.sha256(), 0
        info._compresslevel = LEVEL  # type: ignore[attr-defined]
        with self._zip.open(info, "w", force_zip64=True) as output:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                output.write(piece)
        return size, digest.hexdigest()


def is_uuid(value: Any) -> bool:
    """Tell whether a value is the text of an UUID."""
    try:
        return str(UUID(str(value))) == value
    except ValueError:
        return False
