"""The history of a case and the event that tells the house: written together, never changed."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from parvis.core.cases.models import Case, CaseEvent
from parvis.core.cases.workflow import State
from parvis.core.events.operations import Event, record
from parvis.lib.actor import Actor


def write_history(
    *,
    actor: Actor,
    case: Case,
    name: str,
    now: datetime,
    before: State | None = None,
    is_internal: bool = False,
    **data: Any,
) -> Event:
    """Append a line to the history and record ``cases.<name>``; `data` holds ids and states only.

    `before` is the state the case came from when this was a step. The event's beneficiary is the case's person.
    """
    CaseEvent.objects.create(
        territory_id=case.territory_id,
        case=case,
        name=name,
        actor_id=actor.person_id,
        person_id=case.person_id,
        channel=actor.channel,
        at=now,
        from_state=before or "",
        to_state=case.state if before is not None else "",
        is_internal=is_internal,
        data=data,
    )
    speaker = replace(actor, for_person_id=case.person_id) if case.person_id else actor
    return record(speaker, f"cases.{name}", case, now=now, kind=case.kind, state=str(case.state), **data)
