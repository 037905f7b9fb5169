"""Puts the staff screens in the back office."""

from django.urls import URLResolver, include, path
from wagtail import hooks

from . import bureau_urls


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLResolver]:
    """Mount the staff screens of this package."""
    return [path("messages/", include(bureau_urls))]
