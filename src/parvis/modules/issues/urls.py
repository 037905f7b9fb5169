"""Addresses of reported problems."""

from django.urls import path

from . import views

app_name = "issues"
urlpatterns = [
    path("", views.listing, name="list"),
    path("nouveau", views.report, name="report"),
    path("nouveau/aide", views.helping, name="helping"),
    path("les-miens", views.mine, name="mine"),
    path("carte.json", views.description, name="map"),
    path("carte/points", views.points, name="points"),
    path("liste.csv", views.as_csv, name="csv"),
    path("liste.geojson", views.as_geojson, name="geojson"),
    path("liste.atom", views.as_atom, name="atom"),
    path("delais/", views.delays, name="delays"),
    path("delais/delais.csv", views.delays_csv, name="delays_csv"),
    path("merci/<str:code>", views.thanks, name="thanks"),
    path("objets/<uuid:pk>", views.asset, name="asset"),
    path("<str:code>/suivre", views.follow, name="follow"),
    path("<str:code>/ne-plus-suivre", views.unfollow, name="unfollow"),
    path("<str:code>/suivre/<str:token>", views.confirm, name="follow_confirm"),
    path("<str:code>", views.detail, name="detail"),
]
