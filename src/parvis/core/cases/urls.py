"""Addresses of a person's own requests, below ``/mon-espace/demandes/``."""

from django.urls import path

from .views import by_link, own, partner_link, partners

app_name = "cases"
urlpatterns = [
    path("", own.mine, name="list"),
    path("confiees/", partners.listing, name="partners"),
    path("confiees/<uuid:pk>/", partners.detail, name="partner"),
    path("confiees/<uuid:pk>/repondre/", partners.reply, name="partner_reply"),
    path("confiees/<uuid:pk>/<slug:name>/", partners.step, name="partner_step"),
    path("remis/<str:token>/", partner_link.page, name="partner_link"),
    path("remis/<str:token>/repondre/", partner_link.reply, name="partner_link_reply"),
    path("remis/<str:token>/fichiers/<uuid:pk>/<slug:variant>/", partner_link.file, name="partner_link_file"),
    path("remis/<str:token>/<slug:name>/", partner_link.step, name="partner_link_step"),
    path("suivi/<str:token>/", by_link.follower, name="by_link_follower"),
    path("lien/<str:token>/", by_link.page, name="by_link"),
    path("lien/<str:token>/repondre/", by_link.reply, name="by_link_reply"),
    path("lien/<str:token>/avis/", by_link.rate, name="by_link_rate"),
    path("lien/<str:token>/reprendre/", by_link.reopen, name="by_link_reopen"),
    path("lien/<str:token>/remplacer/", by_link.replace, name="by_link_replace"),
    path("lien/<str:token>/fichiers/<uuid:pk>/", by_link.file, name="by_link_file"),
    path("<str:code>/", own.detail, name="detail"),
    path("<str:code>/repondre/", own.reply, name="reply"),
    path("<str:code>/avis/", own.rate, name="rate"),
    path("<str:code>/reprendre/", own.reopen, name="reopen"),
]
