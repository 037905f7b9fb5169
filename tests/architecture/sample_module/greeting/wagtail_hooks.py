"""Its screen is hung into the back office."""

from django.urls import URLResolver, include, path
from wagtail import hooks

from . import bureau_urls


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLResolver]:
    """Return the screen's address."""
    return [path("salutations/", include(bureau_urls))]
