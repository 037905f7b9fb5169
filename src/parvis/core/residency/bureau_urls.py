"""Addresses of the staff screens, below the back office."""

from django.urls import path

from . import bureau

app_name = "residency_bureau"
urlpatterns = [
    path("", bureau.listing, name="list"),
    path("lettres/", bureau.letters, name="letters"),
    path("<uuid:person_id>/", bureau.person, name="person"),
    path("<uuid:person_id>/agir/", bureau.act, name="act"),
]
