"""One long-running child process: its log, its end, and how long to wait before starting it again."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from parvis.project.postgres.process import die_with_parent

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_SETTLED = 60.0
"""Seconds a child must live before its next fall counts as the first."""

_LOG_BYTES = 10 * 1024 * 1024


class Child:
    """A program run beside this one, in a process group of its own.

    What it prints goes to `log`. It is told to stop (SIGTERM) if this program ends without a word. Start
    it from the main thread: the kernel ties a child to the thread that started it.
    """

    def __init__(self, name: str, command: list[str], *, environment: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.log = log
        self._command = command
        self._environment = dict(environment)
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._pause = _FIRST_PAUSE
        self.due_at: float | None = None

    @property
    def pid(self) -> int | None:
        """The process number, or None before the first start."""
        return self._process.pid if self._process else None

    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(OSError):
            if self.log.stat().st_size > _LOG_BYTES:
                self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
        self._started_at = time.monotonic()
        self.due_at = None

    def plan_restart(self) -> float:
        """After a fall: end what is left of its group and say in how many seconds it starts again."""
        self._kill_group()
        if time.monotonic() - self._started_at > _SETTLED:
            self._pause = _FIRST_PAUSE
        pause, self._pause = self._pause, min(self._pause * 2, _LONGEST_PAUSE)
        self.due_at = time.monotonic() + pause
        return pause

    def ask_to_stop(self) -> None:
        """Tell it to finish what it is doing."""
        if self.is_alive() and self._process:
            self._process.terminate()

    def wait_stopped(self, seconds: float) -> None:
        """Wait for its end, then end by force whatever is left of its group."""
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
        self._kill_group()

    def end_of(self) -> str:
        """How it ended, for people."""
        status = self._process.poll() if self._process else None
        if status is None:
            return "still running"
        return f"ended by signal {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"

    def _kill_group(self) -> None:
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def last_words(self) -> str:
        """The last line it printed."""
        try:
            lines = [line for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        except OSError:
            return ""
        return lines[-1].strip() if lines else ""
