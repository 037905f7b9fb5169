"""Keep the register of incidents: note, assess, tell, close; kept five years."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from parvis.core.events.operations import record
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, WrongState, gettext_noop, require

from .. import rules
from ..models import Incident

KEPT = timedelta(days=5 * 366)
"""From the moment it was noticed: Regulation respecting confidentiality incidents (Quebec, c. A-2.1, r. 3.1), s. 8."""


@transaction.atomic
def note_incident(*, actor: Actor, now: datetime, **said: Any) -> Incident:
    """Open a line of the territory’s register, with the fields of its form. Raises NotAllowed, Invalid."""
    require(rules.can_handle(actor))
    incident = Incident(noted_at=now, noted_by=actor.person_id, **_checked(said, now))
    incident.save(force_insert=True)
    record(actor, "privacy.incident_noted", incident, now=now)
    return incident


@transaction.atomic
def change_incident(*, actor: Actor, incident: Incident, now: datetime, **said: Any) -> Incident:
    """Write down what is known since. Raises NotAllowed, Invalid, WrongState (closed)."""
    require(rules.can_handle(actor))
    if not Incident.objects.filter(pk=incident.pk, closed_at=None).update(**_checked(said, now)):
        raise WrongState()
    incident.refresh_from_db()
    record(actor, "privacy.incident_changed", incident, now=now)
    return incident


def _checked(said: dict[str, Any], now: datetime) -> dict[str, Any]:
    for name in ("circumstances", "data_involved"):
        if not str(said.get(name) or "").strip():
            raise Invalid(gettext_noop("Write what is known, even if it is little."), field=name)
    if said["noticed_at"] > now:
        raise Invalid(gettext_noop("It cannot have been noticed later than now."), field="noticed_at")
    began, ended = said.get("began_on"), said.get("ended_on")
    if began and ended and ended < began:
        raise Invalid(gettext_noop("It ends after it began."), field="ended_on")
    return said


@transaction.atomic
def assess_incident(
    *,
    actor: Actor,
    incident: Incident,
    sensitivity: int,
    consequences: int,
    likelihood: int,
    is_serious: bool,
    reasons: str,
    now: datetime,
) -> Incident:
    """Conclude whether there is a risk of serious injury, by the law's criteria; again when more is known.

    Raises NotAllowed, Invalid (no reasons), WrongState (closed).
    """
    require(rules.can_handle(actor))
    if not reasons.strip():
        raise Invalid(gettext_noop("Write why you conclude so: the Commission may ask."), field="reasons")
    levels = {"sensitivity": sensitivity, "consequences": consequences, "likelihood": likelihood}
    changed = Incident.objects.filter(pk=incident.pk, closed_at=None).update(
        **levels, is_serious=is_serious, reasons=reasons.strip(), assessed_at=now, assessed_by=actor.person_id
    )
    if not changed:
        raise WrongState()
    incident.refresh_from_db()
    record(actor, "privacy.incident_assessed", incident, now=now, serious=is_serious)
    return incident


@transaction.atomic
def say_told(*, actor: Actor, incident: Incident, who: str, now: datetime, why_not: str = "") -> Incident:
    """Note that the ``"commission"`` or the ``"people"`` concerned were told of a serious incident.

    The people: or `why_not`, when telling them would hinder an investigation. Raises NotAllowed, Invalid, WrongState.
    """
    require(rules.can_handle(actor))
    open_one = Incident.objects.filter(pk=incident.pk, closed_at=None, is_serious=True)
    if who == "commission":
        changed = open_one.filter(commission_told_at=None).update(commission_told_at=now)
    elif who == "people":
        told: dict[str, Any] = {"untold": why_not.strip()} if why_not.strip() else {"people_told_at": now}
        changed = open_one.filter(people_told_at=None).update(**told)
    else:
        raise Invalid()
    if not changed:
        raise WrongState()
    incident.refresh_from_db()
    record(actor, "privacy.incident_told", incident, now=now, who=who, untold=bool(why_not.strip()))
    return incident


@transaction.atomic
def close_incident(*, actor: Actor, incident: Incident, now: datetime) -> Incident:
    """Close an incident that was assessed and, when serious, told. Raises NotAllowed, Invalid, WrongState."""
    require(rules.can_handle(actor))
    incident.refresh_from_db()
    if incident.assessed_at is None:
        raise Invalid(gettext_noop("Assess it first."))
    if incident.is_serious and incident.commission_told_at is None:
        raise Invalid(gettext_noop("The Commission must be told first."))
    if incident.is_serious and incident.people_told_at is None and not incident.untold:
        raise Invalid(gettext_noop("The people concerned must be told first, or the reason why not written down."))
    if not Incident.objects.filter(pk=incident.pk, closed_at=None).update(closed_at=now):
        raise WrongState()
    incident.refresh_from_db()
    record(actor, "privacy.incident_closed", incident, now=now)
    return incident


@transaction.atomic
def forget_incidents(*, now: datetime) -> int:
    """Delete the closed incidents of the territory in force that were noticed five years ago; return how many."""
    return Incident.objects.filter(closed_at__isnull=False, noticed_at__lt=now - KEPT).delete()[0]
