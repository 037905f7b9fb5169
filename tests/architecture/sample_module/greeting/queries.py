"""Reads."""

from collections.abc import Iterator
from typing import Any

from .models import Greeting


def count(actor: object) -> int:
    """How many were said."""
    return Greeting.objects.count()


def open_rows() -> Iterator[dict[str, Any]]:
    """When, and nothing else."""
    for greeting in Greeting.objects.all():
        yield {"said_at": greeting.said_at.isoformat()}
