"""What a small window of the map holds, found in an index that has it all; how much a window may read."""

import random
from datetime import date

import pytest
from django.db import connection

from parvis.core.registry.entries import Window
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.geometry import tile_at
from parvis.modules.issues import operations, queries
from parvis.modules.issues.models import Issue
from parvis.modules.issues.operations import counting
from parvis.modules.issues.queries import Filter, map_view, near
from parvis.modules.issues.workflow import Status

from .factories import NOW, make_issue, scattered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("territory")]
TOWN = Window(45.0, -73.0, 46.5, -71.0, 9)


def _windows(dice: random.Random) -> list[Window]:
    """Windows of every size around the reports, and the whole world."""
    found = [Window(-90, -180, 90, 180, 0)]
    for zoom in range(8, 19):
        wide, lat, lon = 900 / 2**zoom, 45.8 + dice.gauss(0, 0.03), -71.9 + dice.gauss(0, 0.03)
        found.append(Window(lat - wide / 3, lon - wide / 2, lat + wide / 3, lon + wide / 2, zoom))
    return found


def test_the_index_finds_what_the_reports_say() -> None:
    made, dice = scattered(150), random.Random(3)
    kind = made[0].category
    asked_of = [
        Filter(),
        Filter(state="open"),
        Filter(category=kind, state="ended"),
        Filter(start=date(2024, 5, 1), end=date(2025, 3, 1)),
        Filter(category=kind, state="resolved", start=date(2025, 1, 1)),
    ]
    for window in _windows(dice):
        for asked in asked_of:
            right = {issue.pk: issue for issue in map_view.inside(asked.rows(), window)}
            assert set(near.ids(asked, window, 1000)) == set(right), (asked, window)
            assert len(near.ids(asked, window, 3)) == min(3, len(right))
            for level in (16, 18, 20):
                held: dict[tuple[int, int], list[Issue]] = {}
                for issue in right.values():
                    assert issue.lat is not None and issue.lon is not None
                    held.setdefault(tile_at(issue.lat, issue.lon, level), []).append(issue)
                found = near.cells(asked, window, level, 1000)
                assert {(cell.x, cell.y): cell.count for cell in found} == {at: len(some) for at, some in held.items()}
                for cell in found:
                    some = held[cell.x, cell.y]
                    assert cell.lat == pytest.approx(sum(issue.lat or 0 for issue in some) / len(some))
                    assert cell.lon == pytest.approx(sum(issue.lon or 0 for issue in some) / len(some))
    assert sum(cell.count for cell in near.cells(Filter(), TOWN, 18, 7)) == 7


def test_nothing_of_a_neighbour_or_hidden_lies_in_a_window(
    territory: Territory, neighbour: Territory, clerk: Actor
) -> None:
    issue = make_issue()
    assert near.ids(Filter(), TOWN, 10) == [issue.pk]
    with use(territory=neighbour):
        assert near.ids(Filter(), TOWN, 10) == near.cells(Filter(), TOWN, 18, 10) == []
    with use(scope=Scope.NETWORK):
        assert near.ids(Filter(), TOWN, 10) == near.cells(Filter(), TOWN, 18, 10) == []
    operations.hide_issue(actor=clerk, issue=issue, is_hidden=True, now=NOW)
    assert near.ids(Filter(), TOWN, 10) == near.cells(Filter(), TOWN, 18, 10) == []


def _read() -> int:
    """Return how many reports this transaction has read from the table or an index of it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables"
            " WHERE relname = 'issues_issue'"
        )
        return int(cursor.fetchone()[0])


def test_a_dense_spot_costs_no_more_than_a_quiet_one(monkeypatch: pytest.MonkeyPatch) -> None:
    scattered(300, within=0.0005)
    counting.add_tile_changes()
    monkeypatch.setattr(map_view, "MOST_POINTS", 10)
    monkeypatch.setattr(map_view, "MOST_READ", 40)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE issues_issue")
        cursor.execute("SET LOCAL enable_seqscan = off")
    for asked in (Filter(), Filter(start=date(2024, 1, 1), end=date(2026, 1, 1))):
        for zoom in range(8, 17):
            wide = 900 / 2**zoom
            window = Window(45.8 - wide / 3, -71.9 - wide / 2, 45.8 + wide / 3, -71.9 + wide / 2, zoom)
            before, seen = _read(), queries.view(asked, window)
            assert seen.total > 40 and seen.cells
            assert _read() - before <= 2 * (10 + 40), (asked, window)  # some lie beyond an edge


def test_where_many_lie_the_few_that_answer_are_still_told_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    made = scattered(200, within=0.0005)
    Issue.objects.exclude(pk__in=[issue.pk for issue in made[1:6]]).update(
        status=Status.ACCEPTED, answer="", resolved_at=None
    )
    Issue.objects.filter(pk__in=[issue.pk for issue in made[1:6]]).update(
        status=Status.PLANNED, answer="", resolved_at=None
    )
    monkeypatch.setattr(map_view, "MOST_POINTS", 10)
    for most in (25_000, 1):  # from the index of the window, and from that of the state
        monkeypatch.setattr(map_view, "MOST_PASSED", most)
        for zoom in (9, 13, 16):
            seen = queries.view(Filter(state="planned"), Window(45.79, -71.91, 45.81, -71.89, zoom))
            assert {row["code"] for row in seen.issues} == {issue.code for issue in made[1:6]}


def test_a_wide_window_is_read_as_one_whatever_zoom_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    scattered(60)
    monkeypatch.setattr(map_view, "MOST_POINTS", 10)
    honest, claimed = (queries.view(Filter(), Window(45.0, -73.0, 46.5, -71.0, zoom)) for zoom in (10, 18))
    assert claimed == honest
    assert claimed.cells
