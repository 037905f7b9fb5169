"""Addresses of one's own card."""

from django.urls import path

from .views import mine

app_name = "card"
urlpatterns = [
    path("", mine.show, name="mine"),
    path("demander/", mine.ask, name="ask"),
    path("remplacer/", mine.replace, name="replace"),
    path("imprimer/", mine.paper, name="paper"),
]
