"""Addresses of the staff screens, below the back office."""

from django.urls import path

from . import bureau

app_name = "apikeys_bureau"
urlpatterns = [
    path("", bureau.listing, name="list"),
    path("nouvelle/", bureau.new, name="new"),
    path("<uuid:key_id>/", bureau.key, name="key"),
    path("<uuid:key_id>/decider/", bureau.decide, name="decide"),
    path("<uuid:key_id>/revoquer/", bureau.revoke, name="revoke"),
]
