"""The public page of a thing of the municipality: what it is, what was said of it, what is done and comes."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from parvis.core.geo import drawing
from parvis.core.ui.pagecache import public_page
from parvis.modules.issues import queries
from parvis.modules.issues.queries.assets import issues_of, public_asset
from parvis.modules.issues.queries.recurring import recurring_works

SHOWN = 30


@require_safe
@public_page
def asset(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a lamp post, a hydrant… with its reports and works, without personal data."""
    found = public_asset(pk)
    rows = list(issues_of(found).filter(is_hidden=False)[:SHOWN])
    today = timezone.localdate()
    coming = recurring_works().filter(asset=found, is_public=True)
    box = drawing.around(found.lat, found.lon, 150)
    context = {
        "asset": found,
        "open": [issue for issue in rows if issue.is_open],
        "ended": [issue for issue in rows if not issue.is_open],
        "coming": [(work, day) for work in coming for day, is_on in work.coming(today, 2) if is_on],
        "can_report": any(found.kind in category.asset_kinds for category in queries.offered()),
        "picture": drawing.svg(
            request.territory, box, marks=[drawing.Mark(found.lat, found.lon, str(found), "place")], title=str(found)
        ),
    }
    return render(request, "issues/asset.html", context)
