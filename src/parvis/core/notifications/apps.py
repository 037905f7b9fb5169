"""Registers the check of the notices' templates."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Notices and the inbox."""

    name = "parvis.core.notifications"
    label = "notifications"

    def ready(self) -> None:
        """Register the boot check."""
        from . import checks  # noqa: F401  (imported for its registration)
