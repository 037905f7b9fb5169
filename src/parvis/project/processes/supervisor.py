"""Watch a database and children; start again what falls; stop all in order when asked."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from types import FrameType

from parvis.project.obstacle import Obstacle
from parvis.project.postgres import Cluster
from parvis.project.postgres.process import die_with_parent
from parvis.project.processes.child import Child

_TICK = 0.25


class Stop(BaseException):
    """Somebody asked to stop: Ctrl-C, SIGTERM, or the terminal closed."""


class Supervisor:
    """Runs steps, then children, beside an optional database of our own, until told to stop.

    `say` receives what people should know; `grace` is how many seconds children have to finish.
    Use it as a context manager, from the main thread:
    leaving it stops the children in the reverse order of their start, then the database.
    """

    def __init__(self, cluster: Cluster | None, *, say: Callable[[str], None], grace: float = 12.0) -> None:
        self._cluster = cluster
        self._grace = grace
        self._say = say
        self._children: list[Child] = []
        self._step: subprocess.Popen[bytes] | None = None
        self._stopping = False
        self._before: dict[int, object] = {}

    def __enter__(self) -> Supervisor:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._before[number] = signal.signal(number, self._asked)
        if self._cluster is not None:
            self._cluster.start()
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._stopping = True
        self.stop()
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    def _asked(self, number: int, frame: FrameType | None) -> None:
        if not self._stopping:
            self._stopping = True
            raise Stop

    def run_step(self, command: Sequence[str], environment: Mapping[str, str], *, failing: str) -> None:
        """Run a command to its end, its words on the terminal. Raises Obstacle, saying what was `failing`."""
        self._step = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            env=dict(environment),
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        status = self._step.wait()
        self._step = None
        if status != 0:
            raise Obstacle(f"{failing} failed (status {status}).", "The lines above say why.")

    def start(self, children: Sequence[Child]) -> None:
        """Start the children, and watch them from now on."""
        for child in children:
            self._children.append(child)
            child.start()

    def wait_until(self, ready: Callable[[], bool], *, seconds: float, failing: str) -> None:
        """Watch until `ready()`. Raises Obstacle after `seconds`."""
        deadline = time.monotonic() + seconds
        while not ready():
            self.watch_once()
            if time.monotonic() > deadline:
                raise Obstacle(f"{failing} did not get ready within {seconds:.0f} seconds.", self._last_words())
            time.sleep(0.05)

    def _last_words(self) -> str:
        words = "".join(f"The {child.name} last said: {child.last_words() or 'nothing'} " for child in self._children)
        return words + "Their logs: " + ", ".join(str(child.log) for child in self._children) + "."

    def watch(self) -> None:
        """Watch for ever (until `Stop`)."""
        while True:
            self.watch_once()
            time.sleep(_TICK)

    def watch_once(self) -> None:
        """Start again whatever has fallen and waited long enough."""
        if self._cluster is not None and not self._cluster.is_alive():
            self._say("The database ended by itself: starting it again. Nothing committed is lost.")
            self._cluster.start()
        for child in self._children:
            if child.is_alive():
                continue
            if child.due_at is None:
                how = child.end_of()
                pause = child.plan_restart()
                said = child.last_words()
                self._say(f"The {child.name} {how}: starting it again in {pause:g} s. {said} ({child.log})".strip())
            elif time.monotonic() >= child.due_at:
                child.start()

    def stop(self) -> None:
        """Stop the step under way, the children, then the database. Leaves no process."""
        if self._step is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._step.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._step.wait(5)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._step.pid, signal.SIGKILL)
            self._step.wait()
            self._step = None
        for child in reversed(self._children):
            child.ask_to_stop()
        deadline = time.monotonic() + self._grace
        for child in reversed(self._children):
            child.wait_stopped(max(0.1, deadline - time.monotonic()))
        self._children.clear()
        if self._cluster is not None:
            self._cluster.stop()
