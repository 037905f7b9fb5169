"""Addresses of one's own residency."""

from django.urls import path

from . import views

app_name = "residency"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("adresse/", views.claim, name="claim"),
    path("lettre/", views.letter, name="letter"),
    path("code/", views.code, name="code"),
    path("taxes/", views.tax, name="tax"),
    path("renouveler/", views.renew, name="renew"),
    path("demenager/", views.move, name="move"),
]
