"""Addresses of the inbox."""

from django.urls import path

from .views import inbox

app_name = "notifications"

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("tout-lu/", inbox.read_all, name="read_all"),
    path("<uuid:message_id>/", inbox.message, name="message"),
]
