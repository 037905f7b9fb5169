"""Note what a program decided about somebody, with its reasons, so that they can read it and have it looked at."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from parvis.core.events.operations import record
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, gettext_noop

from ..models import Decision
from ..queries import automated


@transaction.atomic
def note_decision(
    *,
    actor: Actor,
    name: str,
    person_id: UUID,
    outcome: str,
    reasons: str,
    factors: Mapping[str, Any],
    now: datetime,
    subject_id: UUID | None = None,
) -> Decision:
    """Note a decision made by a program alone about a person, in the territory in force. Called by the module.

    `factors` are those the manifest names, with what was found of each, JSON-ready. Raises KeyError for a decision that
    no manifest in use declares to be about people, Invalid without an outcome or reasons.
    """
    if name not in {entry.name for entry in automated() if entry.about_people}:
        raise KeyError(f"{name} is not in the `automated` of any module, as one about people")
    if not outcome.strip() or not reasons.strip():
        raise Invalid(gettext_noop("A decision is noted with its outcome and its reasons."))
    made = Decision(
        name=name,
        person_id=person_id,
        subject_id=subject_id,
        outcome=outcome.strip()[:300],
        reasons=reasons.strip()[:2000],
        factors=dict(factors),
        at=now,
    )
    made.save(force_insert=True)
    record(actor.on_behalf_of(person_id, actor.channel), "privacy.decided", made, now=now)
    return made
