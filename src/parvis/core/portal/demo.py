"""The demo region's search and adoption figures, made once everything else stands."""

from parvis.core.registry.stage import Stage

from . import operations


def load(stage: Stage) -> None:
    """Index one territory, and count whom it served."""
    operations.reindex_all()
    operations.count_past(now=stage.now)
