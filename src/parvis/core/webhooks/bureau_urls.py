"""Addresses of the staff screens, below the back office."""

from django.urls import path

from . import bureau

app_name = "webhooks_bureau"
urlpatterns = [
    path("", bureau.listing, name="list"),
    path("nouveau/", bureau.new, name="new"),
    path("<uuid:subscription_id>/", bureau.subscription, name="subscription"),
    path("<uuid:subscription_id>/changer/", bureau.change, name="change"),
    path("<uuid:subscription_id>/agir/", bureau.act, name="act"),
    path("<uuid:subscription_id>/secret/", bureau.rotate, name="rotate"),
    path("<uuid:subscription_id>/renvoyer/", bureau.replay, name="replay"),
    path("<uuid:subscription_id>/<uuid:delivery_id>/", bureau.delivery, name="delivery"),
]
