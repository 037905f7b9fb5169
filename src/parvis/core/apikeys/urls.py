"""Addresses of one's own keys."""

from django.urls import path

from . import views

app_name = "apikeys"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("demander/", views.ask, name="ask"),
    path("<uuid:key_id>/", views.key, name="key"),
    path("<uuid:key_id>/secret/", views.secret, name="secret"),
    path("<uuid:key_id>/revoquer/", views.revoke, name="revoke"),
]
