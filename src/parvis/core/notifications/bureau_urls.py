"""Addresses of the staff screens, below the back office."""

from django.urls import path

from . import bureau

app_name = "notifications_bureau"
urlpatterns = [
    path("", bureau.reach, name="reach"),
    path("personnes/<uuid:person_id>/", bureau.person, name="person"),
    path("personnes/<uuid:person_id>/garder/", bureau.act, name="act"),
]
