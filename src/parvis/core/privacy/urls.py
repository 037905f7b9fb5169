"""Addresses of one's own data, and of the page that tells everyone what is held and why."""

from django.urls import path

from .views import consents, mine, public

app_name = "privacy"
urlpatterns = [
    path("confidentialite/", public.policy, name="policy"),
    path("mon-espace/consentements/", consents.consents, name="consents"),
    path("mon-espace/consentements/dire/", consents.say, name="say"),
    path("mon-espace/donnees/", mine.mine, name="mine"),
    path("mon-espace/donnees/regards/", mine.looks, name="looks"),
    path("mon-espace/donnees/emporter/", mine.ask_export, name="ask_export"),
    path("mon-espace/donnees/emporter/<uuid:export_id>/", mine.fetch_export, name="fetch_export"),
    path("mon-espace/donnees/demander/", mine.ask, name="ask"),
    path("mon-espace/donnees/demandes/<uuid:request_id>/annuler/", mine.cancel_request, name="cancel_request"),
    path("mon-espace/donnees/decisions/<uuid:decision_id>/revoir/", mine.review, name="review"),
    path("mon-espace/donnees/effacer/", mine.ask_erasure, name="ask_erasure"),
    path("mon-espace/donnees/effacer/<uuid:request_id>/annuler/", mine.cancel_erasure, name="cancel_erasure"),
    path("mon-espace/donnees/fermer/", mine.close_account, name="close_account"),
]
