"""Addresses: each package's own, found in the registry. Language and town are stripped before they are matched."""

from django.urls import URLPattern, URLResolver, include, path

from parvis.core.registry.registry import registry

from . import health
from .api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("api/v1/", api.urls),
]
_at_root: list[URLPattern | URLResolver] = []
_last: list[URLPattern | URLResolver] = []
for _module in registry():
    if _module.urls:
        urlpatterns.append(path(_module.prefix, include(_module.urls)))
    if _module.root_urls:
        _at_root.append(path("", include(_module.root_urls)))
    if _module.last_urls:
        _last.append(path("", include(_module.last_urls)))
# The pages a territory writes itself answer to any word nobody else took.
urlpatterns += _at_root + _last

handler400 = "parvis.core.ui.errors.bad_request"
handler403 = "parvis.core.ui.errors.forbidden"
handler404 = "parvis.project.api.not_found"
handler429 = "parvis.core.ui.errors.too_many_requests"
handler500 = "parvis.core.ui.errors.server_error"
