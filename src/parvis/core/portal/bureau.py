"""The staff screen of adoption."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from parvis.lib.errors import require

from . import adoption, rules


@require_safe
def adoption_page(request: HttpRequest) -> HttpResponse:
    """Show accounts and residents served over population, by module and month."""
    require(rules.can_see_adoption(request.actor))
    now = timezone.now()
    context = {
        "accounts": adoption.accounts(request.territory, now=now),
        "served": adoption.served(request.territory, now=now),
        "accounts_headers": [gettext("Month"), gettext("Accounts"), gettext("Share of population")],
        "served_headers": [
            gettext("Month"),
            gettext("Service"),
            gettext("Residents served"),
            gettext("Share of population"),
        ],
        "smallest": adoption.SMALLEST,
    }
    return render(request, "portal/bureau/adoption.html", context)
