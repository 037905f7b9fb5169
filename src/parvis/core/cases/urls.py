"""Addresses of a person's own requests, below ``/mon-espace/demandes/``."""

from django.urls import path

from . import views

app_name = "cases"
urlpatterns = [
    path("", views.mine, name="list"),
    path("<str:code>/", views.detail, name="detail"),
    path("<str:code>/repondre/", views.reply, name="reply"),
    path("<str:code>/avis/", views.rate, name="rate"),
    path("<str:code>/reprendre/", views.reopen, name="reopen"),
]
