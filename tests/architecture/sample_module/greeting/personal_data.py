"""What it holds about people."""

from .models import Greeting


def export(person_id: object) -> list[str]:
    """Their words."""
    return list(Greeting.objects.filter(person_id=person_id).values_list("words", flat=True))


def erase(person_id: object, now: object) -> list[str]:
    """All of them."""
    Greeting.objects.filter(person_id=person_id).delete()
    return []
