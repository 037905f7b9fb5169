"""Registers the boot checks."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Imports the checks once all packages are there."""

    name = "parvis.core.registry"

    def ready(self) -> None:
        """Register the boot checks."""
        from . import checks  # noqa: F401  (imported for its registration)
