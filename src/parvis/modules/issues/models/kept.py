"""Kept counts of reports: by day, by month, what is open, and where."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from parvis.core.aggregates.models import NOBODY, Kept


class Shared(Kept):
    """The keys that most figures share; `NOBODY` stands for no district and no team."""

    keys: ClassVar[tuple[str, ...]] = ("category_id", "district_id", "team_id")

    category_id = models.UUIDField()
    district_id = models.UUIDField(default=NOBODY)
    team_id = models.UUIDField(default=NOBODY)

    class Meta:
        abstract = True


class DayCount(Shared):
    """Reports that came in and that were closed on a day."""

    measures: ClassVar[tuple[str, ...]] = ("received", "closed")

    received = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "day", "category_id", "district_id", "team_id"], name="issue_day_count_once"
            )
        ]


class MonthCount(Shared):
    """A month of reports: what came in, what was closed, and what became of the promises that fell due.

    `kept` and `late` are closed reports whose promise fell due in the month; `unpromised` were closed in it without
    one. Their delays, in working days without the stops of the clock and in calendar days, and the working days they
    had been promised in, are counts by bin (`parvis.lib.histogram`), two lists of the same length.
    """

    measures: ClassVar[tuple[str, ...]] = (
        *("received", "closed", "declined", "kept", "late", "unpromised"),
        *("working_bins", "working_counts", "calendar_bins", "calendar_counts"),
        *("promised_bins", "promised_counts"),
    )

    received = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    declined = models.PositiveIntegerField(default=0, help_text="Of those closed, without work.")
    kept = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)
    unpromised = models.PositiveIntegerField(default=0)
    working_bins = ArrayField(models.PositiveSmallIntegerField(), default=list)
    working_counts = ArrayField(models.PositiveIntegerField(), default=list)
    calendar_bins = ArrayField(models.PositiveSmallIntegerField(), default=list)
    calendar_counts = ArrayField(models.PositiveIntegerField(), default=list)
    promised_bins = ArrayField(models.PositiveSmallIntegerField(), default=list)
    promised_counts = ArrayField(models.PositiveIntegerField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "day", "category_id", "district_id", "team_id"], name="issue_month_count_once"
            )
        ]


class OpenCount(Shared):
    """Open reports by the day they are promised for: the calendar makes them late. The last of all days: for none."""

    measures: ClassVar[tuple[str, ...]] = ("open", "untouched")

    open = models.PositiveIntegerField(default=0)
    untouched = models.PositiveIntegerField(default=0, help_text="Of those, not yet taken in charge.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "day", "category_id", "district_id", "team_id"], name="issue_open_count_once"
            )
        ]


class SpotCount(Shared):
    """Reports that came in from a square of the map in a month; `NOBODY` as a category stands for all of them.

    Districts and teams have no such line: those of a square are few, and are added up. A square is a tile of the web's
    map at zoom 16: some 430 m wide at 45° of latitude.
    """

    keys: ClassVar[tuple[str, ...]] = (*Shared.keys, "x", "y")
    measures: ClassVar[tuple[str, ...]] = ("received",)

    x = models.IntegerField()
    y = models.IntegerField()
    received = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "day", "category_id", "district_id", "team_id", "x", "y"],
                name="issue_spot_counted_once",
            )
        ]
        indexes = [models.Index(fields=["territory", "category_id", "day"], name="issue_spot_category")]
