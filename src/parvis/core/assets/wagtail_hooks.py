"""Puts the list of things in the back office."""

from django.urls import include, path
from wagtail import hooks

from . import bureau_urls


@hooks.register("register_admin_urls")
def admin_urls() -> list[object]:
    """Mount the staff screen."""
    return [path("objets/", include(bureau_urls))]
