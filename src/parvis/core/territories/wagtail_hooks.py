"""Puts the staff screen in the back office."""

from django.urls import URLResolver, include, path
from wagtail import hooks

from . import bureau_urls


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLResolver]:
    """Mount the staff screen of this package."""
    return [path("liens/", include(bureau_urls))]
