"""Addresses of the portal's staff screens, below the back office."""

from django.urls import path

from . import bureau

app_name = "portal_bureau"
urlpatterns = [path("", bureau.adoption_page, name="adoption")]
