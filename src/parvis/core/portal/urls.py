"""Addresses of the portal, at the root of a town."""

from django.urls import path

from . import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("recherche/", views.find, name="search"),
    path("carte/", views.map_page, name="map"),
    path("carte/couches.json", views.map_data, name="map_data"),
    path("carte/couche/<slug:name>", views.layer, name="layer"),
    path("agenda/", views.calendar, name="agenda"),
    path("agenda.ics", views.calendar_feed, name="agenda_feed"),
    path("mon-espace/", views.my_space, name="my_space"),
    path("mon-espace/villes/", views.towns, name="towns"),
    path("venir/", views.arrive, name="arrive"),
    path("plan-du-site/", views.site_map, name="site_map"),
]
