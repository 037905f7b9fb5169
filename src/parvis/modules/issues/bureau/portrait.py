"""The figures of reports: the week, the delays, the seasons, where it happens."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from parvis.core.aggregates.queries import is_counting
from parvis.core.geo import drawing
from parvis.core.ui import charts
from parvis.lib.errors import require
from parvis.lib.geometry import Box
from parvis.modules.issues import reality_words, rules
from parvis.modules.issues.figures_forms import FiguresForm
from parvis.modules.issues.queries import promises, workload
from parvis.modules.issues.queries.kept import Asked, districts_of, names_of

TABLES = {"week": "work", "promises": "promises", "seasons": "months", "spots": "spots"}
"""The table of the file (`figures_file`) that a screen shows."""


def asked_of(request: HttpRequest) -> tuple[FiguresForm, Asked]:
    """Return the filter and what it asks, of the districts that the reader's roles cover. Raises NotAllowed."""
    require(rules.can_see_figures(request.actor))
    form = FiguresForm(request.GET, districts=districts_of(request.actor, "issues.figures"))
    return form, form.asked(timezone.now())


def _screen(request: HttpRequest, name: str, form: FiguresForm, **context: Any) -> HttpResponse:
    query = request.GET.urlencode()
    context |= {"form": form, "here": name, "query": f"?{query}" if query else "", "table": TABLES[name]}
    context["counting"] = is_counting("issues")
    context["sees_all"] = rules.can_see_all_figures(request.actor)
    return render(request, f"issues/bureau/portrait_{name}.html", context)


@require_safe
def week(request: HttpRequest) -> HttpResponse:
    """Show this week: what came in and went, what is late or about to be, by team and district."""
    form, asked = asked_of(request)
    now = timezone.now()
    return _screen(
        request,
        "week",
        form,
        whole=workload.load_of_all(asked, now=now),
        tables=[
            (gettext("By team"), gettext("Team"), workload.loads(asked, "team_id", now=now)),
            (gettext("By district"), gettext("District"), workload.loads(asked, "district_id", now=now)),
            (gettext("By kind of problem"), gettext("Kind of problem"), workload.loads(asked, "category_id", now=now)),
        ],
        weeks=(found := workload.weeks(asked, now=now)),
        chart=moved_chart(found, "j N", gettext("Reports received and closed, week by week")),
        moved_headers=[gettext("Week of"), gettext("Came in"), gettext("Were closed")],
        headers=load_headers(),
    )


def load_headers() -> list[str]:
    """Return the headers of a table of work, after the first."""
    return [
        *(gettext("Came in"), gettext("Were closed"), gettext("Open now"), gettext("Late")),
        *(gettext("Due in two days"), gettext("Clock stands"), gettext("Not taken up")),
    ]


def moved_chart(moved: list[workload.Moved], form: str, title: str) -> str:
    """Return what came in and was closed, as a picture; dates are written in `form`."""
    series = [charts.Column(date_format(row.start, form), (row.received, row.closed)) for row in moved]
    return charts.columns(series, [gettext("Came in"), gettext("Were closed")], title=title)


@require_safe
def kept_promises(request: HttpRequest) -> HttpResponse:
    """Show what became of the promises by kind, team, district and month."""
    form, asked = asked_of(request)
    now = timezone.now()
    by_kind = promises.reality(asked, "category_id", now=now)
    tables = [
        (gettext("By kind of problem"), reality_words.headers(gettext("Kind of problem")), by_kind),
        (gettext("By team"), reality_words.headers(gettext("Team")), promises.reality(asked, "team_id", now=now)),
        (
            gettext("By district"),
            reality_words.headers(gettext("District")),
            promises.reality(asked, "district_id", now=now),
        ),
    ]
    whole = promises.overall(asked, now=now)
    chart = reality_words.delays_chart(by_kind)
    return _screen(request, "promises", form, asked=asked, whole=whole, tables=tables, chart=chart)


@require_safe
def seasons(request: HttpRequest) -> HttpResponse:
    """Show the months one after the other, and which kind comes in which month of the year."""
    form, asked = asked_of(request)
    found, months = workload.seasons(asked), workload.months(asked)
    names = names_of("category_id")
    return _screen(
        request,
        "seasons",
        form,
        months=months,
        chart=moved_chart(months, "N Y", gettext("Reports received and closed, month by month")),
        moved_headers=[gettext("Month"), gettext("Came in"), gettext("Were closed")],
        heat_headers=[
            gettext("Kind of problem"),
            *(date_format(date(2001, number, 1), "N") for number in range(1, 13)),
        ],
        heat=heat_rows(found, names),
        since=found.since,
    )


def heat_rows(found: workload.Seasons, names: Any) -> list[tuple[str, list[tuple[float, int]]]]:
    """Return (name, (reports, depth of the ground 0 to 5) by month) of each kind."""

    def depth(value: float) -> int:
        return min(5, round(5 * (value / found.most) ** 0.5)) if value else 0

    return [
        (names[key], [(row.get(month, 0), depth(row.get(month, 0))) for month in range(1, 13)])
        for key, row in found.rows.items()
    ]


@require_safe
def hot_spots(request: HttpRequest) -> HttpResponse:
    """Show the squares of the map where the most reports come from."""
    form, asked = asked_of(request)
    found = workload.spots(asked)
    most = found[0].received if found else 1
    box = around([spot.box for spot in found]) or drawing.village_window(request.territory)
    squares = [drawing.Square(spot.box, spot.received / most, str(spot.received)) for spot in found]
    picture = drawing.svg(request.territory, box, title=gettext("Where the most reports come from"), squares=squares)
    places = [(workload.street_near(spot), spot) for spot in found[:20]]
    headers = [gettext("Around"), gettext("Reports")]
    return _screen(request, "spots", form, asked=asked, places=places, picture=picture, headers=headers, box=box)


def around(boxes: list[Box]) -> Box | None:
    """Return a window that holds all of these, with some room."""
    if not boxes:
        return None
    whole = Box(
        min(box.west for box in boxes),
        min(box.south for box in boxes),
        max(box.east for box in boxes),
        max(box.north for box in boxes),
    )
    return whole.grown(300)
