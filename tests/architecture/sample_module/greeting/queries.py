"""Reads."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from parvis.core.registry.entries import AgendaItem

from .models import Greeting


def count(actor: object) -> int:
    """How many were said."""
    return Greeting.objects.count()


def open_rows() -> Iterator[dict[str, Any]]:
    """When, and nothing else."""
    for greeting in Greeting.objects.all():
        yield {"said_at": greeting.said_at.isoformat()}


def mine(person_id: UUID, start: datetime, end: datetime) -> Iterator[AgendaItem]:
    """What one person said, wherever they said it. The scope keeps to them: nothing here has to."""
    for greeting in Greeting.objects.filter(said_at__gte=start, said_at__lt=end):
        title = f"Le jour de {greeting.words}"
        yield AgendaItem(str(greeting.pk), title, greeting.said_at, url="/bonjour/", territory_id=greeting.territory_id)
