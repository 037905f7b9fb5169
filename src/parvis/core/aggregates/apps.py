"""Adds the triggers of the cubes to what each migration makes the database hold."""

from django.apps import AppConfig


class AggregatesConfig(AppConfig):
    """Kept counts."""

    name = "parvis.core.aggregates"
    label = "aggregates"

    def ready(self) -> None:
        """Let the synchronisation make the triggers."""
        from parvis.core.tenancy.sync import ALSO

        from .triggers import statements

        if statements not in ALSO:
            ALSO.append(statements)
