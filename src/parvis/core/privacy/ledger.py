"""The ledger of what must stay forgotten: a file of lines outside the database, so that no backup brings it back.

One JSON object a line, appended and written through to the disk. A line that was cut short by a power failure is
skipped: what it stood for is still in the database, from where it is written again.
"""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def read(path: Path) -> dict[str, dict[str, Any]]:
    """Return the lines by their id, in their order; none when there is no file."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    found: dict[str, dict[str, Any]] = {}
    for line in text.splitlines():
        try:
            row = json.loads(line)
            found[row["id"]] = row
        except (ValueError, KeyError, TypeError):
            continue
    return found


def append(path: Path, lines: Iterable[Mapping[str, Any]]) -> None:
    """Add lines and wait until the disk has them. The file is this user's alone."""
    body = "".join(f"{json.dumps(line, sort_keys=True)}\n" for line in lines)
    if not body:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            body = f"\n{body}"  # what was cut short before stays a line of its own
        os.write(descriptor, body.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
