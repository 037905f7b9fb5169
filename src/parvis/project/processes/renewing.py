"""Granian's server, which renews its processes without a gap: an old one ends once its successor has loaded."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from granian import Granian

_LONGEST_LOADING = 90.0  # seconds; then the successor is taken to be broken, and the old process ends all the same
_TO_LISTEN = 1.0  # seconds from loaded to listening


class RenewingServer(Granian):  # type: ignore[misc, valid-type]
    """Granian waits a fixed time for a new process before it stops the old one; a busy machine needs longer.

    A loader given to `serve` writes a file named after its process into `marks` when it has loaded.
    """

    marks: Path

    def serve(self, *arguments: Any, **options: Any) -> None:
        """Serve until told to stop."""
        try:
            super().serve(*arguments, **options)
        finally:
            shutil.rmtree(self.marks, ignore_errors=True)

    def _respawn_workers(
        self, workers: Sequence[int], spawn_target: Any, target_loader: Callable[..., Any], delay: float = 0
    ) -> None:
        for index in workers:
            self.respawned_wrks[index] = time.monotonic()
            old = self.wrks.pop(index)
            new = self._spawn_worker(idx=index, target=spawn_target, callback_loader=target_loader)
            new.start()
            self.wrks.insert(index, new)
            if old.is_alive():
                self._wait_for(new)
            old.terminate()
            old.join(self.workers_kill_timeout)
            if old.is_alive():
                old.kill()
                old.join()
        self._metrics.incr_spawn(len(workers))

    def _wait_for(self, new: Any) -> None:
        mark = self.marks / str(new.inner.pid)
        deadline = time.monotonic() + _LONGEST_LOADING
        while not mark.exists() and time.monotonic() < deadline and new.is_alive() and not self.interrupt_signal:
            time.sleep(0.05)
        if mark.exists():
            time.sleep(_TO_LISTEN)


def make_marks() -> Path:
    """Make the folder of a server's marks."""
    return Path(tempfile.mkdtemp(prefix="parvis-web-"))
