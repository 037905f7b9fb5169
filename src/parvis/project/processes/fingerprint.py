"""Has anything changed since the demo was last prepared? Asked without importing the house: it takes 20 ms."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import parvis


def fingerprint(*also: object) -> str:
    """A hash of the names, sizes and moments of all source files, of this Python, and of `also`."""
    digest = hashlib.sha256(repr((sys.version, *also)).encode())
    for root in sorted(parvis.__path__):
        for path in sorted(Path(root).rglob("*")):
            if path.suffix != ".pyc" and path.is_file() and "tests" not in path.parts:
                status = path.stat()
                digest.update(f"{path.relative_to(root)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


class Stamp:
    """Remembers the fingerprint of the last complete preparation in a file beside what was prepared."""

    def __init__(self, path: Path, *also: object) -> None:
        self._path = path
        self._now = fingerprint(*also)

    def is_current(self) -> bool:
        """Whether the last complete preparation was of exactly this."""
        try:
            return self._path.read_text() == self._now
        except OSError:
            return False

    def set(self) -> None:
        """Remember that this is prepared."""
        self._path.write_text(self._now)

    def clear(self) -> None:
        """Forget it, while preparing."""
        self._path.unlink(missing_ok=True)
