"""Addresses of the staff screens, below the back office."""

from django.urls import path

from . import bureau

app_name = "card_bureau"
urlpatterns = [
    path("", bureau.listing, name="list"),
    path("lieux/", bureau.places, name="places"),
    path("lieux/<uuid:place_id>/", bureau.place, name="place"),
    path("cles/", bureau.keys, name="keys"),
    path("<uuid:person_id>/", bureau.person, name="person"),
    path("<uuid:person_id>/agir/", bureau.act, name="act"),
    path("<uuid:person_id>/imprimer/", bureau.paper, name="paper"),
]
