"""Puts the staff screens in the back office."""

from django.urls import include, path
from wagtail import hooks

from . import bureau_urls, field_urls


@hooks.register("register_admin_urls")
def admin_urls() -> list[object]:
    """Mount the staff screens of this module."""
    return [path("signalements/", include(bureau_urls)), path("terrain/", include(field_urls))]
