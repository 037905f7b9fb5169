"""Who may change the map."""

from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor


def can_import(actor: Actor, territory: Territory | None = None) -> bool:
    """Tell whether the actor may import the map of that territory (the actor's own if None)."""
    return actor.may("geo.import", territory_id=territory.pk if territory else None)
