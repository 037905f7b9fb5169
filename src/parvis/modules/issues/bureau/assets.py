"""A thing of the municipality: what it is, where, the reports about it and the works done on it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from parvis.core.assets.models import Asset
from parvis.core.geo import drawing
from parvis.lib.errors import require
from parvis.modules.issues import rules
from parvis.modules.issues.queries.assets import issues_of

SHOWN = 100


@require_safe
def asset(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a thing with its reports, open ones first, and its history."""
    require(rules.can_see_assets(request.actor))
    found = get_object_or_404(Asset, pk=pk)
    rows = list(issues_of(found)[:SHOWN])
    box = drawing.around(found.lat, found.lon, 200)
    mark = drawing.Mark(found.lat, found.lon, str(found), "place")
    context = {
        "asset": found,
        "open": [issue for issue in rows if issue.is_open],
        "works": [issue for issue in rows if not issue.is_open],
        "history": found.history.order_by("-at")[:SHOWN],
        "picture": drawing.svg(request.territory, box, marks=[mark], title=str(found)),
        "headers": [gettext("Report"), gettext("Kind of problem"), gettext("State"), gettext("Day")],
    }
    return render(request, "issues/bureau/asset.html", context)
