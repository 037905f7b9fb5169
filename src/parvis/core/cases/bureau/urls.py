"""Addresses of the staff screens, below the back office."""

from django.urls import path

from . import bulk, canned, case, telephone, whose, work_list

app_name = "cases_bureau"
urlpatterns = [
    path("dossiers/", work_list.work_list, name="list"),
    path("dossiers/filtres/", work_list.save_filter, name="save_filter"),
    path("dossiers/filtres/<uuid:pk>/supprimer/", work_list.delete_filter, name="delete_filter"),
    path("dossiers/membres/", work_list.members, name="members"),
    path("dossiers/recus/", work_list.received, name="received"),
    path("dossiers/ensemble/", bulk.choose, name="bulk"),
    path("dossiers/ensemble/faire/", bulk.do, name="bulk_do"),
    path("dossiers/ensemble/<uuid:pk>/", bulk.summary, name="bulk_run"),
    path("dossiers/reponses/", canned.canned, name="canned"),
    path("dossiers/reponses/nouvelle/", canned.canned_edit, name="canned_new"),
    path("dossiers/reponses/apercu/", canned.canned_preview, name="canned_preview"),
    path("dossiers/reponses/<uuid:pk>/", canned.canned_edit, name="canned_edit"),
    path("dossiers/reponses/<uuid:pk>/supprimer/", canned.canned_delete, name="canned_delete"),
    path("dossiers/<str:code>/", case.case, name="case"),
    path("dossiers/<str:code>/personne/", whose.whose, name="whose"),
    path("dossiers/<str:code>/<slug:name>/", case.act, name="act"),
    path("telephone/", telephone.search, name="telephone"),
    path("telephone/nouvelle-personne/", telephone.caller, name="caller"),
    path("telephone/<uuid:pk>/", telephone.person, name="person"),
]
