"""Addresses of the staff screen, below the back office."""

from django.urls import path

from . import bureau

app_name = "territories_bureau"
urlpatterns = [
    path("", bureau.ties, name="ties"),
    path("appartenir/", bureau.join, name="join"),
    path("deleguer/", bureau.delegate, name="delegate"),
    path("publier/", bureau.publish, name="publish"),
    path("accepter/", bureau.accept, name="accept"),
    path("appartenance/<uuid:tie>/terminer/", bureau.end_membership, name="end_membership"),
    path("delegation/<uuid:tie>/terminer/", bureau.end_delegation, name="end_delegation"),
    path("publication/<uuid:tie>/terminer/", bureau.end_publication, name="end_publication"),
    path("acceptation/<uuid:tie>/terminer/", bureau.end_acceptance, name="end_acceptance"),
]
