"""PostgreSQL's difficulties, each as one sentence with what to do."""

from __future__ import annotations

from pathlib import Path

from parvis.project.obstacle import Obstacle
from parvis.project.postgres.place import Place


class StillEnding(Obstacle):
    """A killed server's children have not ended yet: trying again in a moment helps."""


class InUse(Obstacle):
    """Another program runs this cluster."""


def in_use(folder: Path, holder: str) -> InUse:
    """Another program runs this cluster. `holder` is its process number."""
    return InUse(
        f"Another Parvis (process {holder}) already runs the database in {folder}.",
        "Stop it first (Ctrl-C in its terminal), or set PARVIS_VAR to another folder.",
    )


def disk_full(folder: Path, free: int) -> Obstacle:
    """Too little room left. `free` is in bytes."""
    return Obstacle(
        f"The disk that holds {folder} has only {free // 1024**2} MB left, and the database needs 300 MB.",
        "Free some space, or set PARVIS_VAR to a folder on another disk.",
    )


def other_version(data: Path, made_by: str, current: str) -> Obstacle:
    """The data folder belongs to another major version."""
    return Obstacle(
        f"The data in {data} were made by PostgreSQL {made_by}, and this is PostgreSQL {current}.",
        f"Point PARVIS_POSTGRES_BIN at PostgreSQL {made_by} to run `parvis backup`, or start over with "
        "`make demo-reset`.",
    )


def from_log(lines: list[str], place: Place, what: str) -> Obstacle:
    """The obstacle that PostgreSQL's own words speak of. `what` completes "PostgreSQL …"."""
    text = "\n".join(lines)
    if "No space left on device" in text or "Disk quota exceeded" in text:
        return Obstacle(
            f"The disk that holds {place.root} is full.",
            "Free some space, or set PARVIS_VAR to a folder on another disk.",
        )
    if "could not create shared memory" in text or "could not resize shared memory" in text:
        return Obstacle(
            "The system gives PostgreSQL too little shared memory.",
            "In a container, start it with more (for Docker, --shm-size=256m).",
        )
    if "lock file" in text and "already exists" in text:
        return Obstacle(
            f"A lock file left in {place.data} or {place.root / 'socket'} keeps PostgreSQL from starting.",
            "Make sure that no other PostgreSQL uses that folder, then delete postmaster.pid there.",
        )
    if "pre-existing shared memory block" in text:
        return StillEnding(
            "Processes of a PostgreSQL server that was killed are still ending.", "Wait a few seconds and try again."
        )
    if "Permission denied" in text:
        return Obstacle(
            f"The user {place.user.name} may not use {place.root}.",
            "Set PARVIS_VAR to a folder that user can reach, or run this as another user.",
        )
    telling = [line for line in lines if any(word in line for word in ("FATAL", "PANIC", "error:", "could not"))]
    said = (telling or lines or ["it said nothing"])[-1].strip()
    return Obstacle(f"PostgreSQL {what}: {said}.", f"Its log is {place.log}.")
