"""Gather everything about a person, as a file that they take away."""

from datetime import datetime, timedelta
from typing import IO, Any
from uuid import UUID

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from parvis.core.audit.operations import log_view
from parvis.core.tasks.operations import defer
from parvis.core.tenancy.context import current_territory_id, use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import require

from .. import rules
from ..archive import write_archive
from ..models import PersonExport
from ..queries import declarations, territories_of

KEPT = timedelta(days=7)
Data = dict[str, dict[str, Any]]


def export_person(*, actor: Actor, person_id: UUID) -> Data:
    """Return everything about a person as {folder: {module: data}}. Raises NotAllowed.

    Oneself: every town and the account. The privacy officer, for somebody who entered: this territory only, and the
    person can read that it was looked at.
    """
    require(rules.can_export(actor, person_id))
    if actor.person_id != person_id:
        log_view(viewer=actor, person_id=person_id, reason="export")
        town = Territory.objects.get(pk=current_territory_id())
        return {town.slug: _held_here(person_id)}
    data: Data = {}
    for town in territories_of(person_id):
        with use(territory=town, person=person_id):
            data[town.slug] = _held_here(person_id)
    with use(person=person_id, scope=Scope.MINE):
        data["compte"] = {entry.name: entry.export(person_id) for entry in declarations(everywhere=True)}
    return data


def _held_here(person_id: UUID) -> dict[str, Any]:
    return {entry.name: entry.export(person_id) for entry in declarations(everywhere=False)}


@transaction.atomic
def ask_export(*, actor: Actor, now: datetime) -> PersonExport:
    """Ask for one's own export, made in the background. Asking twice gives the one that waits. Raises NotAllowed."""
    from ..tasks import build_export

    require(actor.person_id is not None)
    with use(person=actor.person_id, scope=Scope.MINE):
        export, made = PersonExport.objects.get_or_create(
            person_id=actor.person_id, ready_at=None, defaults={"asked_at": now}
        )
        if made:
            defer(build_export, unique=f"privacy.export:{export.pk}", export=str(export.pk))
    return export


def write_export(export: PersonExport, file: IO[bytes]) -> None:
    """Gather everything about the export's person into `file`, as a zip (scope ``mine``)."""
    data = export_person(actor=Actor(person_id=export.person_id), person_id=export.person_id)
    write_archive(file, data, readme=readme())


def keep_file(export_id: UUID, file: IO[bytes]) -> tuple[str, int]:
    """Put the zip into storage, over what an interrupted try left; return its name and size (bytes)."""
    name = f"exports/{export_id}.zip"
    size = file.seek(0, 2)
    file.seek(0)
    default_storage.delete(name)
    return default_storage.save(name, File(file)), size


@transaction.atomic
def finish_export(export: PersonExport, *, path: str, size: int, now: datetime) -> None:
    """Say that an export can be fetched, for a week."""
    with use(person=export.person_id, scope=Scope.MINE):
        export.path, export.size, export.ready_at, export.expires_at = path, size, now, now + KEPT
        export.save(update_fields=["path", "size", "ready_at", "expires_at"])


def readme() -> str:
    """Return the page that says what is what in an export, in the language of the moment."""
    lines = [_("Everything the towns of this instance hold about you, with what it serves for."), ""]
    for entry in declarations():
        lines += [f"{entry.name}: {entry.label}", f"  {entry.purpose}", f"  {entry.retention}", ""]
    return "\n".join(lines)


def forget_exports(*, now: datetime) -> int:
    """Delete the files of exports kept long enough; return how many."""
    with use(scope=Scope.SIGN_IN):
        return delete_exports(PersonExport.objects.filter(expires_at__lte=now))


def delete_exports(exports: QuerySet[PersonExport]) -> int:
    """Delete exports, and their files once the transaction commits; return how many."""
    paths = [path for path in exports.values_list("path", flat=True) if path]

    def delete_files() -> None:
        for path in paths:
            default_storage.delete(path)

    transaction.on_commit(delete_files)
    return exports.delete()[0]
