"""Addresses of one's own data, and of the page that tells everyone what is held and why."""

from django.urls import path

from . import views

app_name = "privacy"
urlpatterns = [
    path("confidentialite/", views.policy, name="policy"),
    path("mon-espace/donnees/", views.mine, name="mine"),
    path("mon-espace/donnees/regards/", views.looks, name="looks"),
    path("mon-espace/donnees/emporter/", views.ask_export, name="ask_export"),
    path("mon-espace/donnees/emporter/<uuid:export_id>/", views.fetch_export, name="fetch_export"),
    path("mon-espace/donnees/effacer/", views.ask_erasure, name="ask_erasure"),
    path("mon-espace/donnees/effacer/<uuid:request_id>/annuler/", views.cancel_erasure, name="cancel_erasure"),
    path("mon-espace/donnees/fermer/", views.close_account, name="close_account"),
]
