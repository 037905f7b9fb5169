"""Addresses of the demo's own pages."""

from django.urls import path

from . import views

app_name = "demonstration"
urlpatterns = [
    path("", views.home, name="home"),
    path("entrer/", views.become, name="become"),
    path("messages/", views.messages, name="messages"),
    path("messages/<uuid:message_id>/", views.message, name="message"),
    path("messages/<uuid:message_id>/html/", views.message_html, name="message_html"),
]
