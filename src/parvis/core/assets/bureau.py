"""The staff's list of all that the municipality looks after, and the same as a file."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from parvis.core.ui import sheets
from parvis.lib.errors import require

from . import queries, rules
from .forms import AssetFilterForm
from .models import Asset

COLUMNS = ("kind", "code", "name", "state", "street", "district", "installed", "lat", "lon", "public")


@require_safe
def asset_list(request: HttpRequest) -> HttpResponse:
    """Show what the municipality owns: by words, kind, district and state, a page at a time."""
    require(rules.can_see(request.actor))
    form = AssetFilterForm(request.GET)
    page = queries.page_of(form.wanted(), after=request.GET.get("after", ""))
    rows = [
        {
            "asset": one,
            "icon": queries.ICONS.get(one.kind, "pin"),
            "kind": "" if one.get_kind_display() in str(one) else one.get_kind_display(),
            "url": queries.screen_of(request.actor, one),
        }
        for one in page.assets
    ]
    headers = [gettext("Thing"), gettext("Its number"), gettext("Street"), gettext("District"), gettext("State")]
    headers.append(gettext("Installed in"))
    context = {"form": form, "rows": rows, "next": page.next, "query": request.GET.urlencode(), "headers": headers}
    return render(request, "assets/bureau/list.html", context)


@require_safe
def asset_file(request: HttpRequest) -> HttpResponse:
    """Give everything that the filter asks for as a CSV."""
    require(rules.can_see(request.actor))
    rows = queries.listed(AssetFilterForm(request.GET).wanted()).iterator(chunk_size=2000)
    name = f"{request.territory.slug}-{gettext('things')}.csv"
    return sheets.attached(sheets.csv_file(COLUMNS, _cells(rows)), name, "text/csv; charset=utf-8")


def _cells(rows: Iterator[Asset]) -> Iterator[Sequence[Any]]:
    for one in rows:
        district = one.district.name if one.district else ""
        place = (one.street, district, one.installed, round(one.lat, 6), round(one.lon, 6))
        yield (one.kind, one.code, one.name, one.state, *place, "yes" if one.is_public else "no")
