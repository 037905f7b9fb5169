"""Addresses of the staff screens, below the back office."""

from django.urls import path

from . import bureau

app_name = "identity_bureau"
urlpatterns = [
    path("personnes/", bureau.people, name="people"),
    path("personnes/nouvelle/", bureau.person_new, name="person_new"),
    path("personnes/<uuid:person_id>/", bureau.person, name="person"),
    path("personnes/<uuid:person_id>/corriger/", bureau.person_change, name="person_change"),
    path("organismes/", bureau.organisations, name="organisations"),
    path("organismes/nouveau/", bureau.organisation, name="organisation_new"),
    path("organismes/<uuid:organisation_id>/", bureau.organisation, name="organisation"),
    path("organismes/<uuid:organisation_id>/decider/", bureau.decide, name="decide"),
    path("equipe/", bureau.staff, name="staff"),
    path("equipe/<uuid:assignment_id>/terminer/", bureau.end_assignment, name="end_assignment"),
    path("equipe/roles/nouveau/", bureau.role, name="role_new"),
    path("equipe/roles/<uuid:role_id>/", bureau.role, name="role"),
    path("equipe/equipes/nouvelle/", bureau.team, name="team_new"),
    path("equipe/equipes/<uuid:team_id>/", bureau.team, name="team"),
]
