"""A thing of the municipality: what it is, where, the reports about it, the works done on it; and changing it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from parvis.core.assets.models import Asset
from parvis.core.assets.operations import change_asset
from parvis.core.assets.rules import can_manage
from parvis.core.geo import drawing
from parvis.core.tenancy.models import Territory
from parvis.lib.errors import Invalid, require
from parvis.modules.issues import rules
from parvis.modules.issues.queries.assets import issues_of

from .asset_form import AssetForm

SHOWN = 100


@require_http_methods(["GET", "POST"])
def asset(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a thing with its reports, open ones first, and its history; note what changed about it."""
    require(rules.can_see_assets(request.actor))
    found = get_object_or_404(Asset, pk=pk)
    form = AssetForm(request.POST or None, asset=found)
    if request.method == "POST" and form.is_valid():
        try:
            change_asset(actor=request.actor, asset=found, now=timezone.now(), **form.said())
        except Invalid as error:
            form.add_error(error.field if error.field in form.fields else None, error.text(gettext))
            found.refresh_from_db()
        else:
            messages.success(request, gettext("Saved."))
            return redirect("issues_bureau:asset", pk)
    context = {"form": form if can_manage(request.actor) else None, **_page(request.territory, found)}
    return render(request, "issues/bureau/asset.html", context, status=422 if form.errors else 200)


def _page(territory: Territory, found: Asset) -> dict[str, Any]:
    """What the page tells of a thing."""
    rows = list(issues_of(found)[:SHOWN])
    box = drawing.around(found.lat, found.lon, 200)
    mark = drawing.Mark(found.lat, found.lon, str(found), "place")
    return {
        "asset": found,
        "open": [issue for issue in rows if issue.is_open],
        "works": [issue for issue in rows if not issue.is_open],
        "history": found.history.order_by("-at")[:SHOWN],
        "picture": drawing.svg(territory, box, marks=[mark], title=str(found)),
        "headers": [gettext("Report"), gettext("Kind of problem"), gettext("State"), gettext("Day")],
    }
