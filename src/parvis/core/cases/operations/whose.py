"""Say whose case it is, once somebody who had called without an account is known; and take that back."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from parvis.core.cases import queries, rules
from parvis.core.cases.models import Case, ClockStop, Message, MessageFile
from parvis.core.files.models import StoredFile
from parvis.core.identity.models import Person
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, WrongState, gettext_noop, require

from .history import write_history

CAN_UNDO = timedelta(hours=24)


@transaction.atomic
def attach_person(*, actor: Actor, case: Case, person: Person, now: datetime) -> Case:
    """Say whose case it is: from now on that person reads it and writes in it. Saying it again changes nothing.

    The person must have entered this territory. Raises NotAllowed, Invalid (field ``person``).
    """
    require(rules.can_work(actor, case))
    if not Person.objects.filter(pk=person.pk).exists():
        raise Invalid(gettext_noop("Nobody of that name has entered this portal."), field="person")
    if case.person_id == person.pk:
        return case
    return _belongs_to(actor, case, person.pk, now, name="person_attached")


@transaction.atomic
def detach_person(*, actor: Actor, case: Case, now: datetime) -> Case:
    """Put back whose case it was before the last :func:`attach_person`, within a day.

    Raises NotAllowed, WrongState (nobody was attached, or too long ago).
    """
    require(rules.can_work(actor, case))
    last = queries.attached_lately(list(queries.history(case, internal=True)), since=now - CAN_UNDO)
    if last is None:
        raise WrongState(gettext_noop("There is nothing to take back any more. Say who it is instead."))
    before = last.data.get("before_id")
    return _belongs_to(actor, case, UUID(before) if before else None, now, name="person_detached")


def _belongs_to(actor: Actor, case: Case, person_id: UUID | None, now: datetime, *, name: str) -> Case:
    before = case.person_id
    if Case.objects.filter(pk=case.pk, person_id=before).update(person_id=person_id) != 1:
        raise WrongState
    case.person_id = person_id
    Message.objects.filter(case=case).update(person_id=person_id)
    files = MessageFile.objects.filter(message__case=case)
    files.update(person_id=person_id)
    # What staff sent belongs to the case as well: its person opens it from any town.
    StoredFile.objects.filter(pk__in=files.values("file_id")).update(person_id=person_id)
    ClockStop.objects.filter(case=case).update(person_id=person_id)
    write_history(
        actor=actor,
        case=case,
        name=name,
        now=now,
        is_internal=True,
        before_id=str(before) if before else None,
        after_id=str(person_id) if person_id else None,
    )
    return case
