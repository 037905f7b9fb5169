"""The pages and the back office as a Django app."""

from django.apps import AppConfig


class ContentConfig(AppConfig):
    """Listens to what Wagtail publishes."""

    name = "parvis.core.content"
    label = "content"

    def ready(self) -> None:
        """Connect the signals."""
        from . import signals

        signals.connect()
