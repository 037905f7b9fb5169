"""What somebody asks of the public reports: one question for the page, the map, the exports and programs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from parvis.core.geo.models import District
from parvis.core.portal.words import telling
from parvis.core.tenancy.context import current_territory_id
from parvis.core.tenancy.here import zone_here
from parvis.core.tenancy.memo import remembered
from parvis.lib import plain
from parvis.modules.issues import workflow
from parvis.modules.issues.discretion import shown_address
from parvis.modules.issues.models import Category, Issue
from parvis.modules.issues.workflow import Status

STATES: dict[str, tuple[Status, ...]] = {
    "open": tuple(sorted(workflow.OPEN)),
    "ended": tuple(sorted(workflow.ENDED)),
    **{status.value: (status,) for status in Status},
}
"""What a state may be asked as: all open ones, all ended ones, or one."""
MOST_FOUND = 200
"""Reports that a search by words gives at the most, the newest."""


def public_issues() -> QuerySet[Issue]:
    """Return what everyone may see, newest first.

    Kinds are read apart: joined, they lead the planner (which cannot guess what a policy lets through) to sort the
    reports of every kind instead of walking an index in order.
    """
    return Issue.objects.filter(is_hidden=False).prefetch_related("category").order_by("-reported_at", "-id")


def next_month(month: date) -> date:
    """Return the first day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


@dataclass(frozen=True, slots=True)
class Filter:
    """A question put to the public reports; what is empty asks nothing.

    `state` is a key of `STATES`; `start` and `end` are the first days of the first and last month of report, by the
    calendar of the territory; `text` is looked for in the kind, the place and the released words.
    """

    category: Category | None = None
    state: str = ""
    start: date | None = None
    end: date | None = None
    district: District | None = None
    text: str = ""

    @property
    def statuses(self) -> tuple[Status, ...]:
        """The states asked for; none stands for all."""
        return STATES.get(self.state, ())

    @property
    def is_empty(self) -> bool:
        """Whether everything public answers."""
        return self == Filter()

    @property
    def since(self) -> datetime | None:
        """The first moment of the period."""
        return datetime.combine(self.start, time(), zone_here()) if self.start else None

    @property
    def before(self) -> datetime | None:
        """The first moment after the period."""
        return datetime.combine(next_month(self.end), time(), zone_here()) if self.end else None

    def query(self, **more: object) -> str:
        """Return the filter as the query string of its permalink, with what else is to stand in it."""
        said = {
            "q": self.text,
            "category": self.category.slug if self.category else "",
            "status": self.state,
            "district": self.district.code if self.district else "",
            "from": f"{self.start:%Y-%m}" if self.start else "",
            "to": f"{self.end:%Y-%m}" if self.end else "",
            **more,
        }
        return urlencode({name: value for name, value in said.items() if value not in ("", None)})

    def narrowed(self, **changes: Any) -> "Filter":
        """Return the filter with something else asked."""
        return replace(self, **changes)

    def rows(self) -> QuerySet[Issue]:
        """Return the public reports that answer, newest first."""
        asked = Q()
        if self.category:
            asked &= Q(category_id=self.category.pk)
        if len(self.statuses) == 1:
            asked &= Q(status=self.statuses[0])
        elif self.statuses:
            asked &= Q(status__in=self.statuses)
        if self.district:
            asked &= Q(district_id=self.district.pk)
        if self.since:
            asked &= Q(reported_at__gte=self.since)
        if self.before:
            asked &= Q(reported_at__lt=self.before)
        if self.text.strip():
            asked &= Q(pk__in=self.found())
        return public_issues().filter(asked)

    def conditions(self) -> list[Any]:
        """Return what the database's own functions take for kind, states, district and period; None asks nothing."""
        return [
            self.category.pk if self.category else None,
            [str(status) for status in self.statuses] or None,
            self.district.pk if self.district else None,
            self.since,
            self.before,
        ]

    def found(self) -> list[UUID]:
        """Return the ids of the newest reports that answer with words asked for, within the rest of the filter."""
        return remembered(("issues.found", current_territory_id(), self.query()), self._found)

    def _found(self) -> list[UUID]:
        words = self._words()
        found = self._ids(
            "SELECT id FROM parvis.search_public_issues"
            "(%s::text[], %s::uuid[], %s::text[], %s::uuid, %s::text[], %s::uuid, %s, %s, %s)",
            words,
            MOST_FOUND,
        )
        return without_doors(found, words)

    def every(self, cursor: "Cursor | None" = None, *, most: int) -> list[UUID]:
        """Return the ids of all the reports that answer with words asked for, newest first, after a cursor."""
        words, kept = self._words(), list[UUID]()
        while len(kept) < most:
            found = self._ids(
                "SELECT parvis.every_public_issue"
                "(%s::text[], %s::uuid[], %s::text[], %s::uuid, %s::text[], %s::uuid, %s, %s, %s, %s, %s)",
                words,
                cursor.at if cursor else None,
                cursor.id if cursor else None,
                most,
            )
            kept += without_doors(found, words)
            last = public_issues().filter(pk=found[-1]).first() if len(found) == most and len(kept) < most else None
            if last is None:
                break
            cursor = Cursor(last.reported_at, last.pk)
        return kept[:most]

    def _words(self) -> "Words":
        words = telling(self.text)
        kinds, rest = kinds_named([*words, *_figures(self.text)])
        return Words(words, kinds, [word for word in rest if word in words])

    def _ids(self, sql: str, words: "Words", *more: Any) -> list[UUID]:
        if not words.asked:
            return []
        with connection.cursor() as cursor:
            cursor.execute(sql, [words.asked, words.kinds, words.rest, *self.conditions(), *more])
            return [row[0] for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Words:
    """The words looked for, the kinds they name, and the words left over for reports of those kinds."""

    asked: list[str]
    kinds: list[UUID]
    rest: list[str]

    def stand_in(self, text: str, kind: UUID) -> bool:
        """Tell whether a report of a kind, of which everyone may read that text, answers."""
        held = plain.fold(text)
        return all(word in held for word in self.asked) or (
            kind in self.kinds and all(word in held for word in self.rest)
        )


def without_doors(found: list[UUID], words: Words) -> list[UUID]:
    """Leave out what answers by a door number alone, of kinds of which everyone sees the street only."""
    if not any(letter.isdigit() for word in words.asked for letter in word):
        return found
    discreet = [kind.pk for kind in Category.objects.all() if kind.street_only]
    rows = Issue.objects.filter(pk__in=found, category_id__in=discreet) if discreet else ()
    hidden = {issue.pk for issue in rows if not words.stand_in(_readable(issue), issue.category_id)}
    return [pk for pk in found if pk not in hidden]


def _readable(issue: Issue) -> str:
    """Return what everyone may read of a report of a kind of which the street only is shown."""
    released = f" {issue.description} {issue.answer}" if issue.is_text_public else ""
    return shown_address(issue.address, street_only=True) + released


def kinds_named(words: Sequence[str]) -> tuple[list[UUID], list[str]]:
    """Return the kinds that words name in any language, and the words left over ("nid de poule rue Principale").

    A figure tells kinds apart that have the same name otherwise ("bac 2").
    """
    best: list[UUID] = []
    covered: set[str] = set()
    for kind in Category.objects.all():
        for name in _names(kind):
            named = name & set(words)
            if not named or (named != name and named != set(words)):
                continue
            if len(named) > len(covered):
                best, covered = [kind.pk], named
            elif named == covered and kind.pk not in best:
                best.append(kind.pk)
    return best, [word for word in words if word not in covered] if best else []


def _names(kind: Category) -> Iterator[set[str]]:
    """Yield the words of a kind's names, with their figures and without."""
    for label in (kind.label_fr, kind.label_en, kind.label_es):
        name = set(telling(label))
        yield name | set(_figures(label))
        yield name


def _figures(text: str) -> list[str]:
    """Return the single figures of a text, which alone tell nothing."""
    return [word for word in plain.words(text) if len(word) == 1 and word.isdigit()]


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page of the list ends: the moment and the id of its last report."""

    at: datetime
    id: UUID

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """Return the cursor written so, or None."""
        moment, _, last = text.partition("_")
        try:
            at = datetime.fromisoformat(moment)
            return cls(at, UUID(last)) if at.tzinfo else None
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.id}"


@dataclass(frozen=True, slots=True)
class Slice:
    """A page of the list; `next` is the cursor of the following one, empty at the end."""

    issues: Sequence[Issue]
    next: str = ""


def after(rows: QuerySet[Issue], cursor: Cursor | None) -> QuerySet[Issue]:
    """Keep what comes after a cursor in the order of the list: one walk of an index, however deep."""
    if cursor is None:
        return rows
    return rows.filter(Q(reported_at__lte=cursor.at) & (Q(reported_at__lt=cursor.at) | Q(pk__lt=cursor.id)))


def newest(asked: Filter, *, cursor: str = "", size: int = 20) -> Slice:
    """Return a page of the reports that answer, newest first."""
    found = list(after(asked.rows(), Cursor.read(cursor))[: size + 1])
    if len(found) <= size:
        return Slice(found)
    last = found[size - 1]
    return Slice(found[:size], str(Cursor(last.reported_at, last.pk)))
