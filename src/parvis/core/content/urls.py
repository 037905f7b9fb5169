"""Addresses of what surrounds the pages: lists, pictures, documents, the map of the site."""

from django.urls import path

from . import views

app_name = "content"
urlpatterns = [
    path("nouvelles/", views.page, {"path": "nouvelles/"}, name="news"),
    path("guides/", views.page, {"path": "guides/"}, name="guides"),
    path("images/<int:rendition_id>/<str:name>", views.picture, name="picture"),
    path("documents/<int:document_id>/<str:name>", views.document, name="document"),
    path("plan-du-site.xml", views.sitemap, name="sitemap"),
]
