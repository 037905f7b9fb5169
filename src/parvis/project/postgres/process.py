"""The server as a process of the system: started in the right skin, found again, stopped for certain."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from parvis.project.postgres.place import ServerUser

_PR_SET_PDEATHSIG = 1


def die_with_parent(signal_number: int) -> Callable[[], None] | None:
    """What a child runs before `exec` so that the kernel signals it when its parent ends; None where unknown.

    The kernel watches the *thread* that started the child, so children must be started from one that
    lives as long as the program: the main one.
    """
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)  # loaded before the fork: nothing may be imported after it
    parent = os.getpid()

    def arrange() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal_number)
        if os.getppid() != parent:  # the parent ended in between
            os._exit(1)

    return arrange


def die_with_process(parent: int, signal_number: int) -> None:
    """Called in a child that is already running: have the kernel signal it when `parent` ends."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal_number)
    if os.getppid() != parent:
        os._exit(1)


def spawn_as(
    user: ServerUser, command: list[str], *, output: IO[bytes] | int, folder: Path, environment: dict[str, str]
) -> subprocess.Popen[bytes]:
    """Start `command` as `user`, in a process group of its own, to be shut down fast if this program ends."""
    identity = {"user": user.uid, "group": user.gid, "extra_groups": []} if user.other_than_caller else {}
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env=environment,
        umask=0o077,
        # A Ctrl-C in the terminal must reach the supervisor alone: it stops its children in order.
        start_new_session=True,
        preexec_fn=die_with_parent(signal.SIGINT),
        **identity,  # type: ignore[call-overload]
    )


@dataclass(frozen=True)
class PidFile:
    """What `postmaster.pid` says: the server's process, the folder of its socket, and its state."""

    pid: int
    socket_folder: str
    state: str

    @classmethod
    def read(cls, data: Path) -> PidFile | None:
        """The pid file of the cluster in `data`, or None if there is none that can be read."""
        try:
            lines = (data / "postmaster.pid").read_text().splitlines()
            pid = abs(int(lines[0]))
        except (OSError, ValueError, IndexError):
            return None
        lines += [""] * 8
        return cls(pid=pid, socket_folder=lines[4].strip(), state=lines[7].strip())

    def is_server_of(self, data: Path) -> bool:
        """Whether that process lives and is a PostgreSQL server over `data` (its number may have been reused)."""
        command = _command_line(self.pid)
        return command is not None and "postgres" in command and str(data) in command


def _command_line(pid: int) -> str | None:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace") or None
    except FileNotFoundError:
        if sys.platform.startswith("linux"):
            return None
    except OSError:
        return None
    listed = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return listed.stdout.strip() or None


def stop_pid(pid: int, is_gone: Callable[[], bool], *, patience: float = 20.0) -> bool:
    """Stop a PostgreSQL server: fast (SIGINT), then at once (SIGQUIT), then by force. Returns whether it is gone."""
    for signal_number, seconds in ((signal.SIGINT, patience), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal_number)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if is_gone():
                return True
            time.sleep(0.01)
    return is_gone()
