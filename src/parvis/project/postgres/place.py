"""Where a cluster's files live, and which user owns them.

PostgreSQL refuses to run as root. Started by root, the server therefore runs as an existing
unprivileged user (`nobody`, or `PARVIS_POSTGRES_USER`), and its files need a place that user can
reach. No parent folder is ever opened up for it: when the wanted folder lies below a private one,
such as a clone in `/root`, the files go to a folder of their own below `/var/tmp`, and a note left in
the wanted place says where.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from parvis.project.obstacle import Obstacle

_SOCKET_LIMIT = 100
"""Bytes of a Unix socket's path: the system allows 103 to 107, this leaves some room."""

_SOCKET_NAME = ".s.PGSQL.5432"
_NOTE = "elsewhere.txt"


@dataclass(frozen=True)
class ServerUser:
    """The system user the server runs as, and whether the calling process must change to it."""

    uid: int
    gid: int
    name: str
    other_than_caller: bool

    @classmethod
    def choose(cls, data: Path) -> ServerUser:
        """The caller, or, for root, the owner of existing data, `PARVIS_POSTGRES_USER`, or `nobody`."""
        if os.geteuid() != 0:
            return cls._of(os.geteuid(), other=False)
        if (data / "PG_VERSION").exists() and data.stat().st_uid != 0:
            return cls._of(data.stat().st_uid, other=True)
        name = os.environ.get("PARVIS_POSTGRES_USER", "nobody")
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            raise Obstacle(
                f"PostgreSQL may not run as root, and there is no user named {name} to run it as.",
                "Run this as an ordinary user, or set PARVIS_POSTGRES_USER to an unprivileged user.",
            ) from None
        if entry.pw_uid == 0:
            raise Obstacle("PostgreSQL may not run as root.", "Set PARVIS_POSTGRES_USER to an unprivileged user.")
        return cls(entry.pw_uid, entry.pw_gid, entry.pw_name, other_than_caller=True)

    @classmethod
    def _of(cls, uid: int, *, other: bool) -> ServerUser:
        try:
            entry = pwd.getpwuid(uid)
        except KeyError:
            raise Obstacle(
                f"The user number {uid} has no name on this system, and PostgreSQL needs one.",
                "Run this as a user listed in /etc/passwd, or set DATABASE_URL to a PostgreSQL server of yours.",
            ) from None
        return cls(entry.pw_uid, entry.pw_gid, entry.pw_name, other_than_caller=other)

    def can_enter(self, folder: Path) -> bool:
        """Whether this user can walk down to `folder` (the folder and each of its parents)."""
        if not self.other_than_caller:
            return True
        path = folder.resolve()
        return all(self._can_search(step) for step in [*reversed(path.parents), path] if step.exists())

    def _can_search(self, folder: Path) -> bool:
        status = folder.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


@dataclass(frozen=True)
class Place:
    """The folders of one cluster. `root` is its home; the wanted place unless root had to go elsewhere."""

    root: Path
    wanted: Path
    user: ServerUser

    @property
    def data(self) -> Path:
        """PostgreSQL's own data folder."""
        return self.root / "data"

    @property
    def lock(self) -> Path:
        """The file a supervisor keeps locked while it runs the cluster."""
        return self.root / "supervisor.lock"

    @property
    def log(self) -> Path:
        """What the server wrote."""
        return self.root / "server.log"

    @property
    def elsewhere(self) -> bool:
        """Whether the files had to go somewhere else than the wanted place."""
        return self.root != self.wanted

    @classmethod
    def prepare(cls, wanted: Path) -> Place:
        """Make (or find again) the folders of the cluster that should live in `wanted`. Raises Obstacle."""
        wanted = wanted.absolute()
        try:
            wanted.mkdir(parents=True, exist_ok=True)
            root = cls._noted(wanted)
            user = ServerUser.choose((root or wanted) / "data")
            if root is None:
                root = wanted if user.can_enter(wanted) else cls._make_elsewhere(wanted)
            if user.other_than_caller:
                # The server's user must enter its home; it writes only to the data and socket folders.
                root.chmod(0o711)
        except OSError as error:
            raise Obstacle(
                f"The folder {wanted} cannot be written ({error.strerror}).",
                "Make it writable, free some disk space, or set PARVIS_VAR to another folder.",
            ) from error
        return cls(root, wanted, user)

    @staticmethod
    def _noted(wanted: Path) -> Path | None:
        note = wanted / _NOTE
        if not note.exists():
            return None
        root = Path(note.read_text().strip())
        # The note is ours; the folder it names must be too (a cleaner of /var/tmp may have removed it).
        if root.is_dir() and not root.is_symlink() and root.stat().st_uid == os.geteuid():
            return root
        note.unlink()
        return None

    @staticmethod
    def _make_elsewhere(wanted: Path) -> Path:
        base = "/var/tmp" if Path("/var/tmp").is_dir() else tempfile.gettempdir()  # noqa: S108 — mkdtemp makes it private
        root = Path(tempfile.mkdtemp(prefix="parvis-", dir=base))
        (wanted / _NOTE).write_text(f"{root}\n")
        return root

    def own(self, folder: Path, mode: int = 0o700) -> Path:
        """Make `folder` and give it to the server's user."""
        folder.mkdir(exist_ok=True)
        folder.chmod(mode)
        if self.user.other_than_caller:
            os.chown(folder, self.user.uid, self.user.gid)
        return folder

    def socket_folder(self) -> Path:
        """A private folder for the socket: beside the data, or in the temporary folder if that path is too long."""
        folder = self.root / "socket"
        if len(os.fsencode(folder / _SOCKET_NAME)) <= _SOCKET_LIMIT:
            return self.own(folder)
        short = self.root / "socket-folder.txt"
        if short.exists():
            known = Path(short.read_text().strip())
            if known.is_dir() and not known.is_symlink() and known.stat().st_uid in (os.geteuid(), self.user.uid):
                return self.own(known)
        made = Path(tempfile.mkdtemp(prefix="parvis-", dir="/tmp"))
        short.write_text(f"{made}\n")
        return self.own(made)

    def remove(self) -> None:
        """Delete every file of the cluster, wherever it lives."""
        short = self.root / "socket-folder.txt"
        if short.exists():
            shutil.rmtree(short.read_text().strip(), ignore_errors=True)
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.rmtree(self.wanted, ignore_errors=True)
