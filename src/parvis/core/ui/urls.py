"""Addresses of the interface, at the root: style of the place, service worker, manifest, offline page."""

from django.urls import path

from . import styleguide, views

app_name = "ui"
urlpatterns = [
    path("couleurs.css", views.colours, name="colours"),
    path("sw.js", views.service_worker, name="service_worker"),
    path("manifest.webmanifest", views.web_manifest, name="manifest"),
    path("icone-<str:size>.png", views.app_icon, name="icon"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("robots.txt", views.robots, name="robots"),
    path("hors-ligne/", views.offline, name="offline"),
    path("envois/", views.outbox, name="outbox"),
    path("jeton/", views.token, name="token"),
    path("demo/ui/", styleguide.guide, name="styleguide"),
    path("demo/ui/carte.svg", styleguide.sample_map, name="sample_map"),
]
