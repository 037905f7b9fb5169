"""Addresses at the root: what checkers need, and the checker's own pages."""

from django.urls import path

from .views import checking, published

app_name = "card_public"
urlpatterns = [
    path(".well-known/parvis-card-keys.json", published.keys, name="keys"),
    path(".well-known/parvis-card-keys.cbor", published.cose_keys, name="cose_keys"),
    path(".well-known/parvis-card-revoked.json", published.revoked, name="revoked"),
    path("verifier/", checking.check, name="check"),
    path("verifier/numero/", checking.number, name="number"),
    path("verifier/lieux/<slug:slug>/", checking.place, name="place"),
    path("verifier/lieux/<slug:slug>/compter/", checking.count, name="count"),
    path("verifier/lieux/<slug:slug>/reprendre/", checking.take_back, name="take_back"),
]
