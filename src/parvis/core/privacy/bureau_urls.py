"""Addresses of the staff screens, below the back office."""

from django.urls import path

from . import bureau

app_name = "privacy_bureau"
urlpatterns = [
    path("", bureau.requests, name="requests"),
    path("<uuid:request_id>/", bureau.erasure, name="erasure"),
    path("<uuid:request_id>/effacer/", bureau.carry_out, name="carry_out"),
    path("<uuid:request_id>/refuser/", bureau.refuse, name="refuse"),
    path("personne/<uuid:person_id>/emporter/", bureau.export, name="export"),
]
