"""Reactions to a territory that arrives on this instance."""

from parvis.core.events.operations import Event
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory

from .archive.loading import bring_waiting


def tie_again(event: Event) -> None:
    """Ties that other territories brought in their archives waited for this one."""
    arrived = Territory.objects.get(pk=event.territory_id)
    for territory in Territory.objects.exclude(pk=arrived.pk):
        with use(territory=territory):
            bring_waiting(arrived.slug)
