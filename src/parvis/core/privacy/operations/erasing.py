"""Erase what a territory holds about a person, and the requests that ask for it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from parvis.core.events.operations import record
from parvis.core.identity.models import Person, Presence
from parvis.core.tenancy.context import current_territory_id, use
from parvis.core.tenancy.guard import Scope
from parvis.lib.actor import Actor
from parvis.lib.errors import Conflict, Invalid, NotFound, WrongState, gettext_noop, require

from .. import mails, rules
from ..models import DataRequest, ErasureRequest, Forgotten, PersonExport, RequestState, What
from .exporting import delete_exports
from .forgetting import erase_everywhere, erase_here
from .keeping import remember
from .requesting import delay

PROOF_KEPT = timedelta(days=5 * 365)


def forget_requests(*, now: datetime) -> int:
    """Delete the requests that the territory in force answered five years ago; return how many."""
    old = {"decided_at__lt": now - PROOF_KEPT}
    return ErasureRequest.objects.filter(**old).delete()[0] + DataRequest.objects.filter(**old).delete()[0]


@transaction.atomic
def ask_erasure(*, actor: Actor, now: datetime, person_id: UUID | None = None) -> ErasureRequest:
    """Ask the actor's territory to erase what it holds about them; a clerk, for the person who asks them.

    Raises NotAllowed, Invalid (staff), Conflict (twice).
    """
    require(actor.person_id is not None and actor.territory_id is not None)
    whose = person_id or actor.person_id
    with use(territory=actor.territory_id, person=actor.person_id):
        if whose != actor.person_id:
            require(rules.can_speak_for(actor, whose))
        elif actor.is_staff():
            raise Invalid(gettext_noop("You work for this town: end your role first."))
        try:
            with transaction.atomic():
                request = ErasureRequest.objects.create(person_id=whose, asked_at=now, due_at=now + delay())
        except IntegrityError as error:
            raise Conflict(gettext_noop("This was asked already.")) from error
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
    kept = erase_person(actor=actor, person_id=request.person_id, now=now, request=request)
    mails.tell_erased(person, kept=[row["reason"] for row in kept])
    _decide(request, RequestState.DONE, actor=actor, now=now, kept=kept)
    return kept


@transaction.atomic
def erase_person(
    *, actor: Actor, person_id: UUID, now: datetime, request: ErasureRequest | None = None
) -> list[dict[str, str]]:
    """Erase or de-identify what the territory in force holds about a person; return what was kept, and why.

    Each module decides by its own rules. The person also leaves the territory. A backup that is put back does not
    undo it (:mod:`.keeping`). Raises NotAllowed, NotFound, Invalid.
    """
    require(rules.can_handle(actor))
    if not Person.objects.filter(pk=person_id).exists():
        raise NotFound()
    if actor.person_id == person_id:
        raise Invalid(gettext_noop("Nobody erases their own file: ask a colleague."))
    remember(
        Forgotten(
            what=What.ERASED,
            person_id=person_id,
            territory_id=current_territory_id(),
            subject_id=request.pk if request else None,
            at=now,
        )
    )
    return erase_here(actor=actor, person_id=person_id, now=now)


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
        delete_exports(PersonExport.objects.filter(person_id=actor.person_id))
        remember(Forgotten(what=What.CLOSED, person_id=actor.person_id, at=now))
        return erase_everywhere(person_id=actor.person_id, now=now)


def _decide(request: ErasureRequest, state: RequestState, *, actor: Actor, now: datetime, **fields: Any) -> None:
    changed = ErasureRequest.objects.filter(pk=request.pk, state=RequestState.ASKED).update(
        state=state, decided_at=now, decided_by=actor.person_id, **fields
    )
    if not changed:
        raise WrongState()
    request.refresh_from_db()
