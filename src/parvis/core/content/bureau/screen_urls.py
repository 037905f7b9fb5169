"""Our own screens below ``/bureau/``."""

from django.urls import path

from . import settings_views

app_name = "content_bureau"
urlpatterns = [
    path("", settings_views.index, name="settings"),
    path("coordonnees/", settings_views.place, name="place"),
    path("services/", settings_views.switches, name="switches"),
    path("modules/<slug:name>/", settings_views.module, name="module"),
]
