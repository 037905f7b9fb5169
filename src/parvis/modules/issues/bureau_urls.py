"""Addresses of the staff screens, below the back office."""

from django.urls import path, re_path

from . import bureau

app_name = "issues_bureau"
urlpatterns = [
    path("nouveau/", bureau.take, name="take"),
    path("nouveau/aide/", bureau.take_help, name="take_help"),
    path("categories/", bureau.categories, name="categories"),
    path("categories/nouvelle/", bureau.category, name="category_new"),
    path("categories/apercu/", bureau.category_preview, name="category_preview"),
    path("categories/<slug:slug>/", bureau.category, name="category"),
    path("categories/<slug:slug>/questions/nouvelle/", bureau.question, name="question_new"),
    path("categories/<slug:slug>/questions/<uuid:pk>/", bureau.question, name="question"),
    path("travaux/", bureau.recurring, name="recurring"),
    path("travaux/nouveaux/", bureau.recurring_work, name="recurring_new"),
    path("travaux/apercu/", bureau.recurring_preview, name="recurring_preview"),
    path("travaux/<uuid:pk>/", bureau.recurring_work, name="recurring_work"),
    path("travaux/<uuid:pk>/<slug:name>/", bureau.recurring_act, name="recurring_act"),
    path("objets/<uuid:pk>/", bureau.asset, name="asset"),
    path("aiguillage/", bureau.routing, name="routing"),
    path("aiguillage/essai/", bureau.routing_trial, name="routing_trial"),
    path("aiguillage/regles/nouvelle/", bureau.rule, name="rule_new"),
    path("aiguillage/regles/<uuid:pk>/", bureau.rule, name="rule"),
    path("aiguillage/faire/<slug:name>/", bureau.routing_act, name="routing_act"),
    path("portrait/", bureau.week, name="week"),
    path("portrait/delais/", bureau.kept_promises, name="promises"),
    path("portrait/saisons/", bureau.seasons, name="seasons"),
    path("portrait/points-chauds/", bureau.hot_spots, name="spots"),
    re_path(r"^portrait/signalements\.(?P<kind>csv|xlsx)$", bureau.export, name="figures"),
    path("portrait/rapports/", bureau.papers, name="papers"),
    path("organismes/", bureau.bodies, name="bodies"),
    path("organismes/nouveau/", bureau.body, name="body_new"),
    path("organismes/<uuid:body_id>/", bureau.body, name="body"),
    path("organismes/<uuid:body_id>/services/", bureau.ask_services, name="body_services"),
    path("organismes/<uuid:body_id>/envoi/", bureau.destination, name="destination"),
    path(
        "organismes/<uuid:body_id>/envoi/<uuid:destination_id>/retirer/",
        bureau.remove_destination,
        name="destination_remove",
    ),
    path("<str:code>/photos/<uuid:pk>/", bureau.blur, name="photo_blur"),
    path("<str:code>/photos/<uuid:pk>/original", bureau.original, name="photo_original"),
    path("<str:code>/recevoir/", bureau.receive, name="receive"),
    path("<str:code>/<slug:name>/", bureau.step, name="step"),
]
