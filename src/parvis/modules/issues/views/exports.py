"""The reports that answer to a filter as CSV, GeoJSON and Atom: exactly what the page shows, never anything else."""

import csv
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from io import StringIO
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from parvis.lib.spreadsheet import harmless
from parvis.lib.xmltext import writable
from parvis.modules.issues import queries
from parvis.modules.issues.forms import FilterForm
from parvis.modules.issues.models import Issue
from parvis.modules.issues.queries import Filter

MOST = 50_000
"""Reports in a file; the header `Link` of the answer leads to the following ones."""
MOST_NEWS = 50


def _page(request: HttpRequest) -> str:
    """Return the address of a report's page, with a star for its code."""
    return request.build_absolute_uri(Issue(code="*").get_absolute_url())


def _next(request: HttpRequest, asked: Filter, cursor: str) -> str:
    return request.build_absolute_uri(f"{request.path}?{asked.query(after=cursor)}")


Writer = Callable[[Iterator[dict[str, Any]], int], Iterator[str]]


def _streamed(request: HttpRequest, write: Writer, kind: str, ending: str) -> StreamingHttpResponse:
    """Answer a file written while it is read; how many there are and where the next part is stand in its head."""
    asked, cursor = FilterForm.read(request.GET), request.GET.get("after", "")
    total, last = queries.extent(asked, cursor=cursor, most=MOST)
    rows = queries.records(asked, address=_page(request), cursor=cursor, most=MOST)
    body = (text.encode() for text in write((row for row in rows if isinstance(row, dict)), total))
    response = StreamingHttpResponse(body, content_type=kind)
    what = gettext("reports")
    name = f"{request.territory.slug}-{what}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Total-Count"] = str(total)
    if last:
        response.headers["Link"] = f'<{_next(request, asked, last)}>; rel="next"'
    return response


@require_safe
def as_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Answer a table for spreadsheets: UTF-8 with a mark, commas, texts that no spreadsheet takes for a formula."""

    def write(rows: Iterator[dict[str, Any]], total: int) -> Iterator[str]:
        line = StringIO()
        table = csv.writer(line)
        table.writerow(queries.FIELDS)
        yield "\ufeff"
        for row in rows:
            table.writerow([harmless(row[name]) for name in queries.FIELDS])
            if line.tell() > 60_000:
                yield line.getvalue()
                line.seek(0)
                line.truncate()
        yield line.getvalue()

    return _streamed(request, write, "text/csv; charset=utf-8", "csv")


@require_safe
def as_geojson(request: HttpRequest) -> StreamingHttpResponse:
    """Answer GeoJSON (RFC 7946); `total` says how many answer in all. What has no place has no geometry."""

    def write(rows: Iterator[dict[str, Any]], total: int) -> Iterator[str]:
        yield f'{{"type":"FeatureCollection","total":{total},"features":['
        for number, row in enumerate(rows):
            yield ("," if number else "") + json.dumps(_feature(row), ensure_ascii=False, separators=(",", ":"))
        yield "]}"

    return _streamed(request, write, "application/geo+json", "geojson")


def _feature(row: dict[str, Any]) -> dict[str, Any]:
    lat, lon = row.pop("lat"), row.pop("lon")
    place = None if lat is None or lon is None else {"type": "Point", "coordinates": [lon, lat]}
    return {"type": "Feature", "id": row["code"], "geometry": place, "properties": row}


class _Feed(Atom1Feed):
    """Atom with the place of each entry (GeoRSS Simple: latitude, then longitude)."""

    def root_attributes(self) -> dict[str, str]:
        """Name the vocabulary of places."""
        return {**super().root_attributes(), "xmlns:georss": "http://www.georss.org/georss"}

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        """Say where the following page is (RFC 5005)."""
        super().add_root_elements(handler)
        if self.feed.get("next"):
            handler.addQuickElement("link", "", {"rel": "next", "href": str(self.feed["next"])})

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """Say where it is."""
        super().add_item_elements(handler, item)
        if item["place"]:
            handler.addQuickElement("georss:point", item["place"])


@require_safe
def as_atom(request: HttpRequest) -> HttpResponse:
    """Answer the newest reports as Atom, for a reader to subscribe to; the following pages are linked."""
    asked = FilterForm.read(request.GET)
    found = queries.newest(asked, cursor=request.GET.get("after", ""), size=MOST_NEWS)
    town, address = request.territory, _page(request)
    feed = _Feed(
        title=gettext("Reported problems: %(town)s") % {"town": town.name},
        link=request.build_absolute_uri(f"{reverse('issues:list')}?{asked.query()}"),
        description="",
        language=request.LANGUAGE_CODE,
        author_name=town.name,
        feed_url=request.build_absolute_uri(),
        next=_next(request, asked, found.next) if found.next else "",
    )
    for issue in found.issues:
        link = address.replace("*", issue.code)
        said = issue.description if issue.is_text_public else ""
        feed.add_item(
            title=writable(f"{issue.category.label} · {issue.shown_address}".removesuffix(" · ")),
            link=link,
            unique_id=link,
            description=writable("\n".join(part for part in (str(issue.status_label), said) if part)),
            pubdate=issue.reported_at,
            updateddate=_changed(issue),
            categories=[issue.category.slug, issue.status],
            place=f"{issue.shown_lat:.5f} {issue.shown_lon:.5f}" if issue.is_placed else "",
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _changed(issue: Issue) -> datetime:
    """When it was solved, else when anything of it last changed."""
    return issue.resolved_at or max(issue.changed_at, issue.reported_at)
