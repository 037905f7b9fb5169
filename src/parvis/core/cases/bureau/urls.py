"""Addresses of the staff screens, below the back office."""

from django.urls import path

from . import case, telephone, whose, work_list

app_name = "cases_bureau"
urlpatterns = [
    path("dossiers/", work_list.work_list, name="list"),
    path("dossiers/filtres/", work_list.save_filter, name="save_filter"),
    path("dossiers/filtres/<uuid:pk>/supprimer/", work_list.delete_filter, name="delete_filter"),
    path("dossiers/membres/", work_list.members, name="members"),
    path("dossiers/recus/", work_list.received, name="received"),
    path("dossiers/<str:code>/", case.case, name="case"),
    path("dossiers/<str:code>/personne/", whose.whose, name="whose"),
    path("dossiers/<str:code>/<slug:name>/", case.act, name="act"),
    path("telephone/", telephone.search, name="telephone"),
    path("telephone/nouvelle-personne/", telephone.caller, name="caller"),
    path("telephone/<uuid:pk>/", telephone.person, name="person"),
]
