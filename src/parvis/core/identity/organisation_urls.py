"""Addresses of organisations, at the root of a town."""

from django.urls import path

from . import organisation_views as views

app_name = "organisations"
urlpatterns = [
    path("organismes/", views.listing, name="list"),
    path("organismes/demander/", views.ask, name="ask"),
    path("organismes/moi/", views.act_as_myself, name="act_as_myself"),
    path("organismes/invitation/<str:secret>/", views.invitation, name="invitation"),
    path("organismes/<slug:slug>/", views.page, name="page"),
    path("organismes/<slug:slug>/agir/", views.act_as, name="act_as"),
    path("organismes/<slug:slug>/gerer/", views.manage, name="manage"),
    path("organismes/<slug:slug>/inviter/", views.invite, name="invite"),
    path("organismes/<slug:slug>/partir/", views.leave, name="leave"),
    path("organismes/<slug:slug>/quitter/", views.leave_territory, name="leave_territory"),
    path("organismes/<slug:slug>/invitations/<uuid:pk>/retirer/", views.withdraw, name="withdraw"),
    path("organismes/<slug:slug>/membres/<uuid:pk>/", views.member, name="member"),
]
