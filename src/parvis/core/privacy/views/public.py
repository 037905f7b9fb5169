"""What everyone may read: the policy of the town, and what is held and why."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from parvis.core.ui.pagecache import public_page

from .. import queries
from ..models import MANDATORY, Policy

LABELS = {field.name: field.verbose_name for field in Policy._meta.concrete_fields}


@require_safe
@public_page
def policy(request: HttpRequest) -> HttpResponse:
    """Tell everyone what is held, what for and how long; and who answers for it, once the town has published that."""
    shown = queries.policy_here((get_language() or "fr")[:2]) if request.territory else None
    context = {
        "policy": shown,
        "sections": [(LABELS[name], getattr(shown, name)) for name in MANDATORY] if shown else [],
        "declarations": list(queries.declarations()),
        "automated": queries.automated(),
        "purposes": queries.declared_purposes(),
    }
    return render(request, "privacy/policy.html", context)
