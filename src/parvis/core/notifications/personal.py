"""Personal data: what a territory told somebody, what waits for them, and how they want to be told."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from .models import Choice, Held, InboxMessage, InterestPlace, Preference, PushDevice


def export(person_id: UUID) -> Any:
    """Return a person's messages from the territory in force, JSON-ready."""
    return [
        {
            "subject": row.subject,
            "text": row.text,
            "topic": row.topic,
            "created_at": row.created_at.isoformat(),
            "read_at": row.read_at.isoformat() if row.read_at else None,
        }
        for row in InboxMessage.objects.filter(person_id=person_id).order_by("created_at")
    ]


def erase(person_id: UUID, now: datetime) -> Iterable[str]:
    """Delete a person's messages from the territory in force. Nothing has to be kept."""
    InboxMessage.objects.filter(person_id=person_id).delete()
    return ()


def export_here(person_id: UUID) -> Any:
    """Return somebody's places of interest and what waits for their digests, from the territory in force."""
    places = InterestPlace.objects.filter(person_id=person_id)
    held = Held.objects.filter(person_id=person_id).order_by("created_at")
    return {
        "places": [
            {
                "label": row.label,
                "lat": row.lat,
                "lon": row.lon,
                "radius": row.radius,
                "district": bool(row.district_id),
            }
            for row in places
        ],
        "waiting": [
            {
                "subject": row.subject,
                "text": row.text,
                "topic": row.topic,
                "channel": row.channel,
                "due": _iso(row.due_at),
            }
            for row in held
        ],
    }


def erase_here(person_id: UUID, now: datetime) -> Iterable[str]:
    """Forget somebody's places and what waits for them in the territory in force. Nothing has to be kept."""
    InterestPlace.objects.filter(person_id=person_id).delete()
    Held.objects.filter(person_id=person_id).delete()
    return ()


def export_everywhere(person_id: UUID) -> Any:
    """Return how somebody wants to be told, in every town (scope ``mine``)."""
    preference = Preference.objects.filter(person_id=person_id).first()
    return {
        "preset": preference.preset if preference else "",
        "quiet_hours": [str(preference.quiet_from or ""), str(preference.quiet_until or "")] if preference else [],
        "choices": [
            {"topic": row.topic, "channel": row.channel, "rhythm": row.rhythm}
            for row in Choice.objects.filter(person_id=person_id).order_by("topic", "channel")
        ],
        "devices": [
            {"name": row.name, "endpoint": row.endpoint, "since": _iso(row.created_at)}
            for row in PushDevice.objects.filter(person_id=person_id).order_by("created_at")
        ],
    }


def erase_everywhere(person_id: UUID, now: datetime) -> Iterable[str]:
    """Forget how somebody wants to be told, and their devices. Nothing has to be kept."""
    for model in (Choice, PushDevice, Preference):
        model.objects.filter(person_id=person_id).delete()
    return ()


def _iso(moment: datetime) -> str:
    return moment.isoformat()
