"""Writes: gather everything about a person, erase it, and the requests that ask for it."""

from datetime import datetime, timedelta
from typing import IO, Any
from uuid import UUID

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from parvis.core.audit.operations import log_view
from parvis.core.events.operations import record
from parvis.core.identity.models import Person, Presence
from parvis.core.tasks.operations import defer
from parvis.core.tenancy.context import current_territory_id, use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import Conflict, Invalid, NotFound, WrongState, gettext_noop, require

from . import mails, rules
from .archive import write_archive
from .models import ErasureRequest, PersonExport, RequestState
from .queries import declarations, territories_of

DELAY = timedelta(days=30)
KEPT = timedelta(days=7)
PROOF_KEPT = timedelta(days=5 * 365)
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
    from .tasks import build_export

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
        return _delete_exports(PersonExport.objects.filter(expires_at__lte=now))


def _delete_exports(exports: QuerySet[PersonExport]) -> int:
    """Delete exports, and their files once the transaction commits; return how many."""
    paths = [path for path in exports.values_list("path", flat=True) if path]

    def delete_files() -> None:
        for path in paths:
            default_storage.delete(path)

    transaction.on_commit(delete_files)
    return exports.delete()[0]


def forget_requests(*, now: datetime) -> int:
    """Delete the requests that the territory in force answered five years ago; return how many."""
    count, _ = ErasureRequest.objects.filter(decided_at__lt=now - PROOF_KEPT).delete()
    return count


@transaction.atomic
def ask_erasure(*, actor: Actor, now: datetime) -> ErasureRequest:
    """Ask the actor's territory to erase what it holds. Raises NotAllowed, Invalid (staff), Conflict (twice)."""
    require(actor.person_id is not None and actor.territory_id is not None)
    if actor.is_staff():
        raise Invalid(gettext_noop("You work for this town: end your role first."))
    with use(territory=actor.territory_id, person=actor.person_id):
        try:
            with transaction.atomic():
                request = ErasureRequest.objects.create(person_id=actor.person_id, asked_at=now, due_at=now + DELAY)
        except IntegrityError as error:
            raise Conflict(gettext_noop("You have asked for this already.")) from error
        record(actor, "privacy.erasure_asked", request, now=now)
    return request


@transaction.atomic
def cancel_erasure(*, actor: Actor, request: ErasureRequest, now: datetime) -> None:
    """Take one's own request back while it waits. Raises NotAllowed, WrongState."""
    require(actor.person_id is not None and request.person_id == actor.person_id)
    with use(territory=request.territory_id):
        _decide(request, RequestState.CANCELLED, actor=actor, now=now)
        record(actor, "privacy.erasure_cancelled", request, now=now)


@transaction.atomic
def refuse_erasure(*, actor: Actor, request: ErasureRequest, reason: str, now: datetime) -> None:
    """Refuse a request with the reason the person will read. Raises NotAllowed, Invalid, WrongState."""
    require(rules.can_handle(actor))
    if not reason.strip():
        raise Invalid(gettext_noop("Tell the person why."), field="reason")
    _decide(request, RequestState.REFUSED, actor=actor, now=now, reason=reason.strip())
    mails.tell_refused(Person.objects.filter(pk=request.person_id).first(), reason=request.reason)
    record(actor.on_behalf_of(request.person_id, actor.channel), "privacy.erasure_refused", request, now=now)


@transaction.atomic
def carry_out_erasure(*, actor: Actor, request: ErasureRequest, now: datetime) -> list[dict[str, str]]:
    """Erase what a request asks for and note what had to be kept. Raises NotAllowed, WrongState."""
    require(rules.can_handle(actor))
    # Read before it is erased; the message itself is not kept with the person.
    person = Person.objects.filter(pk=request.person_id).first()
    kept = erase_person(actor=actor, person_id=request.person_id, now=now)
    mails.tell_erased(person, kept=[row["reason"] for row in kept])
    _decide(request, RequestState.DONE, actor=actor, now=now, kept=kept)
    return kept


@transaction.atomic
def erase_person(*, actor: Actor, person_id: UUID, now: datetime) -> list[dict[str, str]]:
    """Erase or de-identify what the territory in force holds about a person; return what was kept, and why.

    Each module decides by its own rules. The person also leaves the territory. Raises NotAllowed, NotFound, Invalid.
    """
    require(rules.can_handle(actor))
    if not Person.objects.filter(pk=person_id).exists():
        raise NotFound()
    if actor.person_id == person_id:
        raise Invalid(gettext_noop("Nobody erases their own file: ask a colleague."))
    kept = [
        {"module": entry.name, "reason": str(reason)}
        for entry in declarations(everywhere=False)
        for reason in entry.erase(person_id, now)
    ]
    record(actor.on_behalf_of(person_id, actor.channel), "privacy.erased", None, now=now, kept=len(kept))
    with use(person=person_id, scope=Scope.MINE):
        Presence.objects.filter(person_id=person_id, territory_id=actor.territory_id).update(withdrawn_at=now)
    return kept


@transaction.atomic
def close_account(*, actor: Actor, now: datetime) -> list[str]:
    """Close one's own account for good and forget one's details. Raises NotAllowed, Invalid (staff, towns remain).

    What the towns hold is theirs to answer for: each must have been asked, or left, first.
    """
    require(actor.person_id is not None)
    if actor.grants:
        raise Invalid(gettext_noop("You work for a town: end your role first."))
    with use(person=actor.person_id, scope=Scope.MINE):
        if Presence.objects.filter(person_id=actor.person_id, withdrawn_at=None).exists():
            raise Invalid(gettext_noop("Some towns still see you: withdraw from each, or ask it to erase your file."))
        _delete_exports(PersonExport.objects.filter(person_id=actor.person_id))
        return [str(reason) for entry in declarations(everywhere=True) for reason in entry.erase(actor.person_id, now)]


def _decide(request: ErasureRequest, state: RequestState, *, actor: Actor, now: datetime, **fields: Any) -> None:
    changed = ErasureRequest.objects.filter(pk=request.pk, state=RequestState.ASKED).update(
        state=state, decided_at=now, decided_by=actor.person_id, **fields
    )
    if not changed:
        raise WrongState()
    request.refresh_from_db()
