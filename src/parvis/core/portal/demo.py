"""The demo region's search, written once everything else stands."""

from parvis.core.registry.stage import Stage

from . import operations


def load(stage: Stage) -> None:
    """Index one territory."""
    operations.reindex_all()
