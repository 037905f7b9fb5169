"""Addresses of the staff screens, below the back office."""

from django.urls import path

from . import bureau

app_name = "issues_bureau"
urlpatterns = [
    path("nouveau/", bureau.take, name="take"),
    path("categories/", bureau.categories, name="categories"),
    path("categories/nouvelle/", bureau.category, name="category_new"),
    path("categories/<slug:slug>/", bureau.category, name="category"),
    path("<str:code>/recevoir/", bureau.receive, name="receive"),
    path("<str:code>/<slug:name>/", bureau.step, name="step"),
]
