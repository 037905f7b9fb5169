"""What a browser tells of itself: where messages for it are posted."""

import json

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from parvis.core.identity.devices import device_name
from parvis.lib.errors import ParvisError

from .. import operations


@require_POST
@login_required
def subscribe(request: HttpRequest) -> HttpResponse:
    """Show messages on this browser from now on."""
    try:
        said = json.loads(request.body[:8000])
        keys = {
            "endpoint": str(said["endpoint"]),
            "p256dh": str(said["keys"]["p256dh"]),
            "auth": str(said["keys"]["auth"]),
        }
        name = device_name(request.headers.get("User-Agent", ""))
        operations.add_device(actor=request.actor, name=name, now=timezone.now(), **keys)
    except ParvisError as error:
        return JsonResponse({"error": error.text(_)}, status=error.status)
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"error": _("This device cannot receive messages.")}, status=422)
    return HttpResponse(status=204)
