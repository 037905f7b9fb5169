"""The public page of promises: what is promised, what really happens, and how often the promise is kept."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from parvis.core.aggregates.queries import is_counting
from parvis.core.ui import charts, sheets
from parvis.core.ui.pagecache import public_page
from parvis.lib.small_numbers import LEAST
from parvis.modules.issues import reality_words
from parvis.modules.issues.queries import promises
from parvis.modules.issues.queries.kept import last_months


@require_safe
@public_page
def delays(request: HttpRequest) -> HttpResponse:
    """Show, for each kind of problem, the promise and what became of it in the last twelve whole months."""
    now = timezone.now()
    asked = last_months(now)
    rows = promises.reality(asked, "category_id", now=now)
    shown = [row for row in rows if row.counted >= LEAST]
    months = [row for row in promises.reality(asked, "day", now=now) if row.judged >= LEAST]
    context = {
        "asked": asked,
        "whole": promises.overall(asked, now=now),
        "rows": rows,
        "months": months,
        "smallest": LEAST,
        "counting": is_counting("issues"),
        "headers": reality_words.headers(gettext("Kind of problem")),
        "month_headers": [gettext("Promised for"), gettext("Promises"), gettext("Kept"), gettext("Share kept")],
        "delays_chart": reality_words.delays_chart(shown),
        "months_chart": months_chart(months),
    }
    response = render(request, "issues/delays.html", context)
    if context["counting"]:
        response.is_public_page = False  # type: ignore[attr-defined]  # true for some seconds only
    return response


def months_chart(months: list[promises.Reality]) -> str:
    """Return the share of promises kept, month by month, as a picture."""
    series = [charts.Column(date_format(row.month, "N Y"), (round(row.percent or 0),)) for row in months]
    title = gettext("Share of promises kept, by month, in a hundred")
    return charts.columns(series, [gettext("Share kept")], title=title, most=100, unit="%") if series else ""


@require_safe
@public_page
def delays_csv(request: HttpRequest) -> HttpResponse:
    """Give the same figures as a file; numbers too small to be told are empty."""
    now = timezone.now()
    asked = last_months(now)
    rows = promises.reality(asked, "category_id", now=now)
    body = sheets.csv_file(reality_words.FIELDS, (reality_words.cells(row, smallest=LEAST) for row in rows))
    name = f"{request.territory.slug}-delais-{asked.first:%Y-%m}-{asked.last:%Y-%m}.csv"
    return sheets.attached(body, name, "text/csv; charset=utf-8")
