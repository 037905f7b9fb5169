"""Addresses of the staff's list of things, below the back office."""

from django.urls import path

from . import bureau

app_name = "assets_bureau"
urlpatterns = [path("", bureau.asset_list, name="list"), path("objets.csv", bureau.asset_file, name="file")]
