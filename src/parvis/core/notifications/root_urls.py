"""Addresses of the preference centre, and of the link that stands in every mail."""

from django.urls import include, path

from .views import devices, preferences, unsubscribing

_preferences = [
    path("mon-espace/preferences/", preferences.mine, name="mine"),
    path("mon-espace/preferences/garder/", preferences.act, name="act"),
    path("mon-espace/preferences/appareil/", devices.subscribe, name="device"),
    path("desabonner/<str:token>/", unsubscribing.unsubscribe, name="unsubscribe"),
]

urlpatterns = [path("", include((_preferences, "preferences")))]
