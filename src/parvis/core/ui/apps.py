"""The interface as a Django app."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Templates, components and template tags that every page uses."""

    name = "parvis.core.ui"
    label = "ui"

    def ready(self) -> None:
        """Register the check that the front end has been built."""
        from . import checks  # noqa: F401
