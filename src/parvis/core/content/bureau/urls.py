"""Addresses of the back office: Wagtail's, with every module's staff screens among them, all behind the same door.

A module adds its own with Wagtail's hook ``register_admin_urls`` (docs/interface.md, "Staff screens").
"""

from django.urls import include, path
from wagtail.admin import urls as wagtail_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from .access import own_account, sign_out, staff_only

urlpatterns = decorate_urlpatterns(
    [
        path("bureau/account/", own_account),
        path("bureau/logout/", sign_out),
        path("bureau/", include(wagtail_urls)),
    ],
    staff_only,
)
