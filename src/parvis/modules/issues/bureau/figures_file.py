"""The figures of reports as files: a workbook of everything, or one table as CSV."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_safe

from parvis.core.ui import sheets
from parvis.modules.issues import reality_words
from parvis.modules.issues.queries import promises, workload
from parvis.modules.issues.queries.kept import Asked

from .portrait import asked_of

MONTHS = ("month", "category", "district", "team", "received", "closed", "declined", "kept", "late", "unpromised")
WORK = ("received", "closed", "open", "late", "soon", "standing", "untouched")
SIDES = ("south", "west", "north", "east")
KEYS = {"category": "category_id", "district": "district_id", "team": "team_id"}
Rows = Iterable[Sequence[Any]]


class Table(NamedTuple):
    """A table of the file: the name of its sheet, its columns, and what makes its rows."""

    label: Any
    columns: Sequence[str]
    rows: Callable[[Asked, datetime], Rows]


def _months(asked: Asked, now: datetime) -> Rows:
    return ([row[name] for name in MONTHS] for row in workload.table(asked))


def _work(asked: Asked, now: datetime) -> Rows:
    for name, key in KEYS.items():
        for load in workload.loads(asked, key, now=now):
            yield [name, load.label, *(getattr(load, column) for column in WORK)]


def _promises(asked: Asked, now: datetime) -> Rows:
    for name, key in KEYS.items():
        for row in promises.reality(asked, key, now=now):
            yield [name, *reality_words.cells(row)]


def _spots(asked: Asked, now: datetime) -> Rows:
    for spot in workload.spots(asked):
        yield [workload.street_near(spot), *(round(getattr(spot.box, side), 5) for side in SIDES), spot.received]


TABLES = {
    "months": Table(gettext_lazy("Months"), MONTHS, _months),
    "work": Table(gettext_lazy("This week"), ("by", "key", *WORK), _work),
    "promises": Table(gettext_lazy("Promises"), ("by", *reality_words.FIELDS), _promises),
    "spots": Table(gettext_lazy("Hot spots"), ("around", *SIDES, "received"), _spots),
}


@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """Give what is looked at as a file: every table as a workbook, one (`?table=`, the months else) as CSV."""
    _form, asked = asked_of(request)
    now, what = timezone.now(), gettext("reports")
    name = f"{request.territory.slug}-{what}-{asked.first:%Y-%m}-{asked.last:%Y-%m}"
    if kind == "csv":
        chosen = request.GET.get("table", "")
        chosen = chosen if chosen in TABLES else "months"
        body = sheets.csv_file(TABLES[chosen].columns, TABLES[chosen].rows(asked, now))
        return sheets.attached(body, f"{name}-{chosen}.csv", "text/csv; charset=utf-8")
    book = sheets.workbook({str(one.label): (one.columns, one.rows(asked, now)) for one in TABLES.values()})
    return sheets.attached(book, f"{name}.xlsx", sheets.WORKBOOK)
