"""People and accounts as a Django app."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Listens to what django-allauth signals."""

    name = "parvis.core.identity"
    label = "identity"

    def ready(self) -> None:
        """Connect the receivers."""
        from . import receivers  # noqa: F401  (imported for its registration)
