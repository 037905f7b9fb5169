"""Addresses of the map's data; the page that shows it belongs to the portal."""

from django.urls import path

from . import views

app_name = "geo"
urlpatterns = [
    path("adresses", views.addresses, name="addresses"),
    path("pres", views.nearest, name="nearest"),
    path("tuiles.json", views.tilejson, name="tilejson"),
    path("tuiles/<int:z>/<int:x>/<int:y>.mvt", views.tile, name="tile"),
    path("apercu.svg", views.preview, name="preview"),
]
