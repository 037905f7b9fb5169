"""The calendar's feed, as a telephone reads it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.utils import timezone

from parvis.core.portal import agenda
from parvis.core.registry.entries import AgendaItem, AgendaSource
from parvis.core.tenancy.models import Territory

pytestmark = pytest.mark.django_db
NEWS, GAMES = AgendaSource("news", "Nouvelles"), AgendaSource("games", "Parties")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HERE = ZoneInfo("America/Toronto")


def read(territory: Territory, *entries: agenda.Entry) -> list[icalendar.Event]:
    body = agenda.icalendar_of(territory, "fr", list(entries), title="Essai", now=NOW)
    assert b"\r\n" in body
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    return icalendar.Calendar.from_ical(body).walk("VEVENT")


def test_the_feed_is_icalendar(territory: Territory) -> None:
    start = timezone.now() + timedelta(days=1)
    item = AgendaItem(
        "fete-1", "Fête d'hiver; l'étang, 18 h", start, start + timedelta(hours=2), "Étang", "/nouvelles/fete/"
    )
    [event] = read(territory, agenda.Entry(item, NEWS))
    assert str(event["summary"]) == "Fête d'hiver; l'étang, 18 h"
    assert str(event["uid"]).startswith("news.fete-1@")
    assert str(event["url"]).endswith(f"/{territory.slug}/nouvelles/fete/")
    assert event.decoded("dtstart") == start.replace(microsecond=0)
    assert event.decoded("dtstamp") == NOW


def test_moments_are_in_utc_whatever_the_zone_they_came_in(territory: Territory) -> None:
    summer = datetime(2026, 7, 1, 19, 30, tzinfo=HERE)
    [event] = read(territory, agenda.Entry(AgendaItem("1", "Spectacle", summer, summer), NEWS))
    assert event["dtstart"].to_ical() == b"20260701T233000Z"
    assert "dtend" not in event, "an end that is the beginning says nothing"


def test_a_whole_day_is_the_towns_day(territory: Territory) -> None:
    late = datetime(2026, 6, 24, 3, tzinfo=UTC)  # still the 23rd here
    two = AgendaItem("2", "Fête", late, late + timedelta(days=1), all_day=True)
    one, both = read(
        territory, agenda.Entry(AgendaItem("1", "Congé", late, all_day=True), NEWS), agenda.Entry(two, NEWS)
    )
    assert one.decoded("dtstart") == date(2026, 6, 23)
    assert one.decoded("dtend") == date(2026, 6, 24), "the end is the first day after"
    assert both.decoded("dtend") == date(2026, 6, 25)


def test_two_sources_may_call_things_alike_and_names_stay(territory: Territory) -> None:
    item = AgendaItem("1", "Une", NOW)
    entries = [agenda.Entry(item, NEWS), agenda.Entry(item, GAMES)]
    first, again = ([str(event["uid"]) for event in read(territory, *entries)] for _ in range(2))
    assert len(set(first)) == 2
    assert first == again
