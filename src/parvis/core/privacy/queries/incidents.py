"""Reads of the register of incidents."""

from parvis.core.audit.models import Entry
from parvis.lib.actor import Actor

from ..models import Incident


def count_open_incidents(actor: Actor) -> int:
    """Return how many incidents are not closed in the territory in force."""
    return Incident.objects.filter(closed_at=None).count()


def incident_history(incident: Incident) -> list[Entry]:
    """Return what was done about an incident, oldest first, from the log of acts."""
    rows = Entry.objects.filter(territory_id=incident.territory_id, subject_id=incident.pk)
    return list(rows.order_by("at", "id")[:200])
