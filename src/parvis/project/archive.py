"""The backup of a whole instance: a tar archive with a dump of the database, the files, and their checksums.

    database.dump    pg_dump's custom format, as the owner (every territory, every row)
    media/…          the files people sent
    contents.json    last: version, moment, size and SHA-256 of each member

The dump is taken first and the files after it, so that every file the dump speaks of is there. Nothing
is compressed twice: the dump and the photos already are.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version as version_of
from pathlib import Path, PurePosixPath
from threading import Thread
from typing import IO

from psycopg.conninfo import conninfo_to_dict

from parvis.project.cli.progress import bar
from parvis.project.obstacle import Obstacle
from parvis.project.postgres import find_binaries

FORMAT = 1
DUMP = "database.dump"
MEDIA = "media"
CONTENTS = "contents.json"
_PIECE = 1024 * 1024


@dataclass(frozen=True)
class Written:
    """What a backup holds: counts, its size in bytes, and what is not in it (the key that signs, those that seal)."""

    tables: int
    files: int
    size: int
    stored_elsewhere: bool
    signing_key: Path
    sealing_keys: Path


@dataclass(frozen=True)
class Contents:
    """What an archive says about itself."""

    version: str
    made_at: str
    files: int


def write(file: Path, *, replace: bool = False) -> Written:
    """Back the whole instance up into `file`, readable by this user only. Django must be ready, as the owner.

    Raises Obstacle if the file exists (unless `replace`) or PostgreSQL refuses.
    """
    from django.conf import settings

    if file.exists() and not replace:
        raise Obstacle(f"{file} exists already.", "Choose another name, or add --force to replace it.")
    media = _media_folder()
    part = file.with_name(file.name + ".part")
    try:
        with tempfile.TemporaryDirectory(dir=file.absolute().parent) as folder:
            dump = Path(folder) / DUMP
            tables = _dump(dump)
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as stream, tarfile.open(fileobj=stream, mode="w") as archive:
                files = _pack(archive, dump, media)
                stream.flush()
                os.fsync(stream.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    keys = (settings.SECRET_KEY_FILE, settings.SECRETS_KEY_FILE)
    return Written(tables, files, file.stat().st_size, media is None, *keys)


def verify(file: Path) -> Contents:
    """Read the whole archive and compare every member with its checksum. Raises Obstacle if it is not whole."""
    return _walk(file, None)


def read(file: Path, contents: Contents) -> None:
    """Put a verified archive into the empty database and the empty folder of files.

    The database comes back in one transaction. Raises Obstacle if either is not empty, or the release was a newer one.
    """
    if _numbers(contents.version) > _numbers(version_of("parvis")):
        raise Obstacle(
            f"{file} was made by Parvis {contents.version}, and this is {version_of('parvis')}.",
            "Install that release, then restore.",
        )
    _require_empty_database()
    media = _media_folder()
    if media is not None and media.is_dir() and any(media.iterdir()):
        raise Obstacle(f"The folder {media} is not empty.", "Restore into a new instance, or move these files away.")
    beside = (media or file.absolute()).parent
    beside.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=beside) as name:
        folder = Path(name)
        _walk(file, folder)
        _load(folder / DUMP)
        if media is not None and (folder / MEDIA).is_dir():
            if media.is_dir():
                media.rmdir()
            (folder / MEDIA).rename(media)


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)[:3]]


def _media_folder() -> Path | None:
    """The folder of the files people sent, or None when they are stored elsewhere."""
    from django.core.files.storage import FileSystemStorage, default_storage

    return Path(default_storage.location) if isinstance(default_storage, FileSystemStorage) else None


# -- writing -----------------------------------------------------------------------------------------


class _Reading:
    """A stream that hashes and reports what is read from it."""

    def __init__(self, stream: IO[bytes], advance: Callable[[int], None]) -> None:
        self._stream = stream
        self._advance = advance
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(size)
        self.digest.update(piece)
        self._advance(len(piece))
        return piece


def _pack(archive: tarfile.TarFile, dump: Path, media: Path | None) -> int:
    members = {DUMP: dump}
    if media is not None and media.is_dir():
        members |= {f"{MEDIA}/{path.relative_to(media).as_posix()}": path for path in _files(media)}
    checked: dict[str, dict[str, object]] = {}
    with bar("Writing the archive", total=sum(path.stat().st_size for path in members.values()), unit="bytes") as on:
        for name, path in members.items():
            try:
                stream = path.open("rb")
            except FileNotFoundError:  # deleted since the folder was listed
                continue
            with stream:
                entry = archive.gettarinfo(arcname=name, fileobj=stream)
                entry.uname = entry.gname = ""
                reading = _Reading(stream, on)
                archive.addfile(entry, reading)  # type: ignore[arg-type]
            checked[name] = {"size": entry.size, "sha256": reading.digest.hexdigest()}
    contents = {
        "format": FORMAT,
        "parvis": version_of("parvis"),
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "members": checked,
    }
    text = json.dumps(contents, indent=1).encode()
    entry = tarfile.TarInfo(CONTENTS)
    entry.size = len(text)
    archive.addfile(entry, io.BytesIO(text))
    return len(checked) - 1


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path


# -- reading -----------------------------------------------------------------------------------------


def _walk(file: Path, target: Path | None) -> Contents:
    """Check every member, and write it below `target` if there is one. Raises Obstacle."""
    seen: dict[str, dict[str, object]] = {}
    contents: dict[str, object] | None = None
    try:
        with (
            bar("Checking the archive", total=file.stat().st_size, unit="bytes") as on,
            tarfile.open(file, mode="r:") as archive,
        ):
            for entry in archive:
                stream = archive.extractfile(entry)
                if not entry.isreg() or stream is None or not _is_expected(entry.name):
                    raise _damaged(file, f"it holds {entry.name}, which no backup does")
                if entry.name == CONTENTS:
                    contents = json.load(stream)
                else:
                    seen[entry.name] = _take(stream, on, None if target is None else target / entry.name)
    except (tarfile.TarError, EOFError, json.JSONDecodeError) as error:
        raise _damaged(file, str(error)) from error
    if contents is None or contents.get("format") != FORMAT:
        raise _damaged(file, "its list of contents is missing or of another format")
    if contents["members"] != seen:
        raise _damaged(file, "its members are not those it lists")
    return Contents(str(contents["parvis"]), str(contents["made_at"]), len(seen) - 1)


def _is_expected(name: str) -> bool:
    """Whether a member may be written below the target: nothing absolute, nothing that climbs out."""
    parts = PurePosixPath(name).parts
    return name in (DUMP, CONTENTS) or (len(parts) > 1 and parts[0] == MEDIA and ".." not in parts)


def _take(stream: IO[bytes], advance: Callable[[int], None], path: Path | None) -> dict[str, object]:
    digest, size = hashlib.sha256(), 0
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    with Path(path or os.devnull).open("wb") as output:
        while piece := stream.read(_PIECE):
            digest.update(piece)
            size += len(piece)
            output.write(piece)
            advance(len(piece))
    return {"size": size, "sha256": digest.hexdigest()}


def _damaged(file: Path, why: str) -> Obstacle:
    return Obstacle(f"{file} is not a whole backup of Parvis: {why}.", "Use another copy of it.")


# -- PostgreSQL's own programs -----------------------------------------------------------------------


@contextmanager
def _owner_connection() -> Iterator[dict[str, str]]:
    """The environment that leads PostgreSQL's programs to the database as the owner (never on a command line)."""
    url = os.environ["DATABASE_OWNER_URL"]
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    names |= {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}
    told = {names[key]: str(value) for key, value in conninfo_to_dict(url).items() if key in names}
    yield {**os.environ, **told}


def _dump(target: Path) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname IN ('public', 'parvis')")
        tables = cursor.fetchone()[0]
    connection.close()
    command = [find_binaries().program("pg_dump"), "--format=custom", "--verbose", "--no-owner", "--no-acl"]
    with bar("Saving the database", total=tables) as advance:
        _run([*command, f"--file={target}"], "dumping contents of table", advance, "The database could not be saved")
    return tables


# What pg_restore of version 17 and later writes at the top of every script, and older servers do not understand.
_NOT_EVERYWHERE = b"SET transaction_timeout = 0;\n"
_PREAMBLE = 40  # lines


def _load(dump: Path) -> None:
    """Bring the dump in as SQL, in one transaction, so that programs newer than the server can do it."""
    binaries = find_binaries()
    listed = subprocess.run([binaries.program("pg_restore"), "--list", str(dump)], capture_output=True, check=True)
    tables = listed.stdout.count(b" TABLE DATA ")
    reading = [binaries.program("pg_restore"), "--no-owner", "--no-acl", "--verbose", "--file=-", str(dump)]
    writing = [binaries.program("psql"), "--no-psqlrc", "-q", "--single-transaction", "-v", "ON_ERROR_STOP=1"]
    with (
        bar("Restoring the database", total=tables) as advance,
        _owner_connection() as environment,
        tempfile.TemporaryFile() as said,
        subprocess.Popen(reading, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reader,
        subprocess.Popen(
            writing, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said
        ) as writer,
    ):
        told: list[bytes] = []
        watching = Thread(target=_watch, args=(reader, told, advance))
        watching.start()
        with suppress(BrokenPipeError):
            _pour(reader, writer)
        reader.stdout.close()  # a writer that gave up: the reader must not wait for it
        watching.join()
        if reader.wait() != 0 and writer.poll() is None:
            writer.kill()  # before its input ends: what came so far would be committed
        with suppress(BrokenPipeError):
            writer.stdin.close()
        if writer.wait() != 0:
            said.seek(0)
            raise _refused([*told, *said.readlines()], "The database refused the backup")


def _watch(reader: subprocess.Popen[bytes], told: list[bytes], advance: Callable[[int], None]) -> None:
    for line in reader.stderr:
        told.append(line)
        if b"processing data for table" in line:
            advance(1)


def _pour(reader: subprocess.Popen[bytes], writer: subprocess.Popen[bytes]) -> None:
    for _ in range(_PREAMBLE):
        line = reader.stdout.readline()
        writer.stdin.write(b"" if line == _NOT_EVERYWHERE else line)
    shutil.copyfileobj(reader.stdout, writer.stdin, _PIECE)


def _run(command: list[str], step: str, advance: Callable[[int], None], failing: str) -> None:
    lines: list[bytes] = []
    with (
        _owner_connection() as environment,
        subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as process,
    ):
        for line in process.stderr:
            lines.append(line)
            if step.encode() in line:
                advance(1)
    if process.returncode != 0:
        raise _refused(lines, failing)


def _refused(lines: list[bytes], failing: str) -> Obstacle:
    texts = [line.decode(errors="replace").strip() for line in lines]
    said = next((line for line in texts if "error" in line.lower() or "fatal" in line.lower()), "it said nothing")
    return Obstacle(f"{failing}: {said}.", "Nothing was changed; `parvis doctor` checks the connection.")


def _require_empty_database() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname IN ('public', 'parvis')")
        tables = cursor.fetchone()[0]
        cursor.execute("SELECT current_database()")
        name = cursor.fetchone()[0]
    connection.close()
    if tables:
        raise Obstacle(
            f"The database {name} is not empty: it has {tables} tables.",
            "Restore into a new database (or `make demo-reset` first).",
        )


__all__ = ["Contents", "Written", "read", "verify", "write"]
