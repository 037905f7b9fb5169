"""Addresses of reported problems."""

from django.urls import path

from . import views

app_name = "issues"
urlpatterns = [
    path("", views.listing, name="list"),
    path("nouveau", views.report, name="report"),
    path("les-miens", views.mine, name="mine"),
    path("merci/<str:code>", views.thanks, name="thanks"),
    path("<str:code>", views.detail, name="detail"),
]
