"""Addresses of the staff screens, below the back office."""

from django.urls import path

from .bureau import incidents, people, policy, registers, requests

app_name = "privacy_bureau"
urlpatterns = [
    path("", requests.requests, name="requests"),
    path("demandes/<uuid:request_id>/", requests.data_request, name="request"),
    path("traitements/", registers.activities, name="activities"),
    path("traitements.csv", registers.activities_csv, name="activities_csv"),
    path("evaluations/", registers.assessments, name="assessments"),
    path("evaluations/<slug:module>/", registers.assessment, name="assessment"),
    path("incidents/", incidents.incidents, name="incidents"),
    path("incidents.csv", incidents.incidents_csv, name="incidents_csv"),
    path("incidents/nouveau/", incidents.new, name="incident_new"),
    path("incidents/<uuid:incident_id>/", incidents.incident, name="incident"),
    path("incidents/<uuid:incident_id>/corriger/", incidents.change, name="incident_change"),
    path("incidents/<uuid:incident_id>/agir/", incidents.act, name="incident_act"),
    path("incidents/<uuid:incident_id>/avis/<slug:to>/", incidents.notice, name="incident_notice"),
    path("politique/", policy.policies, name="policies"),
    path("politique/<slug:language>/", policy.policy, name="policy"),
    path("personne/<uuid:person_id>/", people.person, name="person"),
    path("personne/<uuid:person_id>/dire/", people.say, name="say"),
    path("personne/<uuid:person_id>/emporter/", requests.export, name="export"),
    path("<uuid:request_id>/", requests.erasure, name="erasure"),
    path("<uuid:request_id>/effacer/", requests.carry_out, name="carry_out"),
    path("<uuid:request_id>/refuser/", requests.refuse, name="refuse"),
]
