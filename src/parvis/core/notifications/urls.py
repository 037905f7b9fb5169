"""Addresses of the inbox."""

from django.urls import path

from . import views

app_name = "notifications"

urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("tout-lu/", views.read_all, name="read_all"),
    path("<uuid:message_id>/", views.message, name="message"),
]
