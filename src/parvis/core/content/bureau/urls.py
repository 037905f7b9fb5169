"""Addresses of the back office: our screens, then Wagtail's, all behind the same door."""

from django.urls import include, path
from wagtail.admin import urls as wagtail_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from .access import staff_only

urlpatterns = decorate_urlpatterns([path("", include(wagtail_urls))], staff_only)
