"""What the report of a month tells the council, and its PDF."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext

from parvis.core.aggregates.spans import months_later
from parvis.core.portal.adoption import SMALLEST
from parvis.core.tenancy.models import Territory
from parvis.core.ui import charts, paper

from . import reality_words
from .models import MonthlyPaper
from .queries import promises, workload
from .queries.kept import Asked, names_of

TEMPLATE = Path(__file__).parent / "data" / "monthly.typ"
SPOTS = 10
PICTURED = 15  # kinds in the picture of delays: with more, it needs a page for itself


def pdf(asked: MonthlyPaper, *, now: datetime) -> bytes:
    """Return the PDF of a month's report, in its language."""
    with translation.override(asked.language):
        return paper.pdf(TEMPLATE, content(asked, now=now), now=now)


def content(asked: MonthlyPaper, *, now: datetime) -> dict[str, Any]:
    """Return what the report says, as the template reads it. Delays of fewer than five reports are not told."""
    town = Territory.objects.get(pk=asked.territory_id)
    one, year = Asked(asked.month, asked.month), Asked(months_later(asked.month, -12), asked.month)
    months, judged = workload.months(year), promises.overall(one, now=now)
    this, before, ago = months[-1], months[-2], months[0]
    name = date_format(asked.month, "F Y")
    title = gettext("Reported problems: %(month)s") % {"month": name}
    summary = gettext("%(received)s reports came in, %(closed)s were closed.") % _numbers(
        received=this.received, closed=this.closed
    )
    return {
        "language": asked.language,
        "town": town.name,
        "brand": town.brand,
        "title": title,
        "summary": summary,
        "keywords": [gettext("Reported problems"), town.name, name],
        "footer": f"{town.name} · {title}",
        "words": {"page": gettext("Page")},
        "figures": _figures(this, before, judged, workload.load_of_all(one, now=now), now.astimezone(_zone(town))),
        "sections": [
            _year(months, ago, this),
            _promises(one, year, now),
            _work(one),
            _places(one),
            _section(gettext("How this is counted"), notes=_notes()),
        ],
    }


def _zone(town: Territory) -> ZoneInfo:
    return ZoneInfo(town.timezone)


def _numbers(**values: int) -> dict[str, str]:
    return {name: number_format(value, force_grouping=True) for name, value in values.items()}


def _number(value: float | None) -> str:
    return "—" if value is None else number_format(value, decimal_pos=0, force_grouping=True)


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share * 100:.0f} %"


def _figures(
    this: workload.Moved, before: workload.Moved, judged: promises.Reality, load: workload.Load, now: datetime
) -> list[Mapping[str, str]]:
    last = gettext("%(count)s the month before")
    told = judged.judged >= SMALLEST
    return [
        {"value": _number(this.received), "label": gettext("Came in"), "hint": last % _numbers(count=before.received)},
        {"value": _number(this.closed), "label": gettext("Were closed"), "hint": last % _numbers(count=before.closed)},
        {
            "value": _percent(judged.share) if told else "—",
            "label": gettext("Promises kept"),
            "hint": gettext("%(kept)s of %(judged)s") % _numbers(kept=judged.kept, judged=judged.judged),
        },
        {
            "value": _number(load.open),
            "label": gettext("Open now"),
            "hint": gettext("%(late)s late, on %(day)s")
            % {"late": _number(load.late), "day": date_format(now, "j F Y")},
        },
    ]


def _section(
    heading: str,
    *,
    text: str = "",
    picture: tuple[str, str] | None = None,
    tables: Sequence[Mapping[str, Any]] = (),
    notes: Sequence[str] = (),
) -> dict[str, Any]:
    drawn = {"svg": str(picture[0]), "alt": picture[1]} if picture and picture[0] else None
    return {"heading": heading, "text": text, "picture": drawn, "tables": list(tables), "notes": list(notes)}


def _table(
    caption: str, headers: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[str]]
) -> dict[str, Any]:
    return {"caption": caption, "headers": list(headers), "widths": list(widths), "rows": [list(row) for row in rows]}


def _year(months: Sequence[workload.Moved], ago: workload.Moved, this: workload.Moved) -> dict[str, Any]:
    title = gettext("Reports received and closed, month by month")
    series = [charts.Column(date_format(row.start, "N Y"), (row.received, row.closed)) for row in months]
    drawn = charts.columns(series, [gettext("Came in"), gettext("Were closed")], title=title)
    rows = [(date_format(row.start, "F Y"), _number(row.received), _number(row.closed)) for row in reversed(months)]
    text = gettext("A year before, %(received)s came in and %(closed)s were closed.") % _numbers(
        received=ago.received, closed=ago.closed
    )
    headers = [gettext("Month"), gettext("Came in"), gettext("Were closed")]
    table = _table(title, headers, (70, 70), rows)
    return _section(gettext("Thirteen months"), text=text, picture=(drawn, title), tables=[table])


def _promises(one: Asked, year: Asked, now: datetime) -> dict[str, Any]:
    rows, lasting = promises.reality(one, "category_id", now=now), promises.reality(year, "category_id", now=now)
    told = [row for row in lasting if row.counted >= SMALLEST]
    most = sorted(told, key=lambda row: row.counted, reverse=True)[:PICTURED]
    title = gettext("Delays in working days: half of the reports, nine in ten, and the promise")
    headers = [
        *(gettext("Kind of problem"), gettext("Promised, days"), gettext("Promises"), gettext("Kept")),
        *(gettext("Still open"), gettext("Half in"), gettext("Share kept")),
    ]
    cells = [
        (
            *(row.label, _number(row.promised), _number(row.judged), _number(row.kept), _number(row.still_open)),
            *((_number(row.median), _percent(row.share)) if row.counted >= SMALLEST else ("—", "—")),
        )
        for row in rows
    ]
    caption = gettext("Promises that fell due this month")
    return _section(
        gettext("Promise and reality"),
        text=gettext("The picture is about the kinds most reported in thirteen months, the table about this month."),
        picture=(reality_words.delays_chart([row for row in told if row in most]), title),
        tables=[_table(caption, headers, (58, 58, 48, 48, 48, 52), cells)] if cells else (),
    )


def _work(one: Asked) -> dict[str, Any]:
    tables = []
    for key, caption, first in (
        ("category_id", gettext("By kind of problem"), gettext("Kind of problem")),
        ("district_id", gettext("By district"), gettext("District")),
        ("team_id", gettext("By team"), gettext("Team")),
    ):
        sums, names = workload.moved_by(one, key), names_of(key)
        rows = [(names[value], _number(row["received"]), _number(row["closed"])) for value, row in sums.items()]
        headers = [first, gettext("Came in"), gettext("Were closed")]
        if len(rows) > 1 or key == "category_id":
            tables.append(_table(caption, headers, (70, 70), rows))
    return _section(gettext("Who did what, and where"), tables=[table for table in tables if table["rows"]])


def _places(one: Asked) -> dict[str, Any]:
    found = [spot for spot in workload.spots(one, limit=SPOTS) if spot.received >= SMALLEST]
    rows = [(workload.street_near(spot), _number(spot.received)) for spot in found]
    text = gettext("Squares of some four hundred metres with five reports or more this month.")
    if not rows:
        text = gettext("No square of some four hundred metres had five reports or more this month.")
    table = _table(gettext("Where the most reports come from"), [gettext("Around"), gettext("Reports")], (70,), rows)
    return _section(gettext("Hot spots"), text=text, tables=[table] if rows else ())


def _notes() -> list[str]:
    return [
        gettext("A report counts in the month for which its solution was promised. Only whole months are shown."),
        gettext(
            "What is still open after the promised day counts as not kept, "
            "and as longer than everything that was closed."
        ),
        gettext(
            "Working days leave out weekends, public holidays, and days on which the clock stood with its reason; "
            "the calendar counts every day."
        ),
        gettext("Delays and shares of fewer than five reports are not told."),
    ]
