"""Puts the staff screens in the back office."""

from django.urls import include, path
from wagtail import hooks

from .bureau import urls


@hooks.register("register_admin_urls")
def admin_urls() -> list[object]:
    """Mount the work list, the page of a case and the telephone page."""
    return [path("", include(urls))]
