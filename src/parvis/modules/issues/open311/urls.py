"""Addresses of Open311 GeoReport v2, at the root: the specification fixes what stands below them."""

from django.urls import re_path

from . import views

app_name = "open311"
_BASE = r"^api/open311/v2/"
_FORM = r"\.(?P<form>xml|json)$"
urlpatterns = [
    re_path(rf"{_BASE}discovery{_FORM}", views.discovery, name="discovery"),
    re_path(rf"{_BASE}services{_FORM}", views.services, name="services"),
    re_path(rf"{_BASE}services/(?P<code>[^/]+){_FORM}", views.service, name="service"),
    re_path(rf"{_BASE}requests{_FORM}", views.requests, name="requests"),
    re_path(rf"{_BASE}requests/(?P<code>[^/]+){_FORM}", views.one_request, name="request"),
    re_path(rf"{_BASE}tokens/(?P<token>[^/]+){_FORM}", views.token, name="token"),
    re_path(rf"{_BASE}(?P<rest>[^\n]*){_FORM}", views.nothing, name="nothing_of_a_form"),
    re_path(rf"{_BASE}(?P<rest>.*)$", views.nothing, name="nothing"),
]
