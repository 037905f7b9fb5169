"""The addresses of the interface alone."""

from django.urls import include, path

urlpatterns = [path("", include("parvis.core.ui.urls"))]
