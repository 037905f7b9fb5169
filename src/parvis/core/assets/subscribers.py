"""What assets do when the map of the territory changes."""

from parvis.core.events.operations import Event

from . import operations


def follow_districts(event: Event) -> None:
    """The districts were drawn anew: everything is filed under those of now."""
    if event.data.get("what") == "districts":
        operations.file_by_district()
