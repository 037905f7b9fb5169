"""Addresses for providers."""

from django.urls import path

from . import views

app_name = "delivery"

urlpatterns = [path("textos/etat/", views.text_status, name="text_status")]
