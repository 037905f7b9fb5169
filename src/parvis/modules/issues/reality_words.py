"""How what became of the promises is told: headers, columns of files, and the chart of delays."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext

from parvis.core.ui import charts

from .queries.promises import Reality

FIELDS = (
    *("key", "promised_working_days", "judged", "kept", "late", "still_open", "share_kept", "without_promise"),
    *("median_working_days", "ninth_decile_working_days", "median_days", "ninth_decile_days"),
)


def headers(first: str) -> list[str]:
    """Return the headers of the table of promises; `first` says what each line is about."""
    return [
        first,
        gettext("Promised, days"),
        gettext("Half in, days (calendar)"),
        gettext("Nine in ten in, days (calendar)"),
        gettext("Promises"),
        gettext("Kept"),
        gettext("Still open, late"),
        gettext("Share kept"),
    ]


def cells(row: Reality, *, smallest: int = 0) -> list[Any]:
    """Return a line of a file; below `smallest` reports its figures are empty."""
    if row.counted < smallest:
        return [row.label, row.promised, *[""] * (len(FIELDS) - 2)]
    share = "" if row.share is None else round(row.share, 3)
    return [
        *(row.label, row.promised, row.judged, row.kept, row.late, row.still_open, share, row.unpromised),
        *(row.median, row.ninth, row.calendar_median, row.calendar_ninth),
    ]


def delays_chart(rows: Sequence[Reality]) -> str:
    """Return promise, median and ninth decile of each line as a picture, in working days; empty without any."""
    told = [row for row in rows if row.counted]
    if not told:
        return ""
    return charts.delays(
        [charts.Stretch(row.label, row.median, row.ninth, row.promised) for row in told],
        title=gettext("Delays in working days: half of the reports, nine in ten, and the promise"),
        names=(gettext("Half in at most"), gettext("Nine in ten in at most"), gettext("Promised")),
    )
