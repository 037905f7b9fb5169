"""The photos and documents of a frozen copy: copied where it goes, guarded there, gone when it is erased."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from parvis.core.cases import queries
from parvis.core.cases.models import HandOver
from parvis.core.files.models import StoredFile
from parvis.core.files.operations import copy_file, delete_file

PARTNER_PURPOSE = "cases.partner"


def originals_of(frozen: dict[str, Any]) -> dict[str, StoredFile]:
    """Return the files a frozen copy speaks of, read in the context where they lie, by id."""
    wanted = {file["id"] for file in queries.files_in(frozen) if file.get("id")}
    return {str(stored.pk): stored for stored in StoredFile.objects.filter(pk__in=wanted)}


def bring_along(
    frozen: dict[str, Any],
    originals: Mapping[str, StoredFile],
    *,
    purpose: str,
    subject_id: UUID,
    now: datetime,
    person_id: UUID | None = None,
) -> dict[str, Any]:
    """Copy files into the territory in force; return the frozen copy with their ids here.

    What is not among the originals, or has nothing to copy, keeps its name without an id.
    """
    here: dict[str, StoredFile] = {}
    for key, original in originals.items():
        copy = copy_file(original, purpose=purpose, subject_id=subject_id, person_id=person_id, now=now)
        if copy is not None:
            here[key] = copy

    def renamed(file: Mapping[str, str]) -> dict[str, str]:
        copy = here.get(file.get("id", ""))
        return {"name": file["name"]} if copy is None else {"id": str(copy.pk), "name": file["name"]}

    arrived = {**frozen, "details": {**frozen.get("details", {})}}
    arrived["messages"] = [
        {**said, "files": [renamed(file) for file in said["files"]]} for said in frozen.get("messages", [])
    ]
    if "files" in arrived["details"]:
        arrived["details"]["files"] = [renamed(file) for file in arrived["details"]["files"]]
    return arrived


def delete_copies(hand_over: HandOver) -> None:
    """Delete the files that came with a hand-over and those said since with an organisation.

    What staff have published meanwhile stays, without its owner, as everywhere.
    """
    came = {file["id"] for file in queries.files_in(hand_over.frozen) if file.get("id")}
    said = {file["id"] for message in queries.partner_talk(hand_over) for file in message.files}
    for stored in StoredFile.objects.filter(pk__in=came | said, is_public=False):
        delete_file(stored)
