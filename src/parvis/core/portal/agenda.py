"""The one calendar: what every module declares, merged by date; and its iCalendar feeds (RFC 5545)."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import icalendar
from django.conf import settings

from parvis.core.registry.entries import AgendaItem, AgendaSource
from parvis.core.registry.registry import registry
from parvis.core.tenancy.addresses import territory_path
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import switched_on

MOST = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """A dated entry with the source it comes from."""

    item: AgendaItem
    source: AgendaSource


def sources() -> list[AgendaSource]:
    """Return the sources of the modules that the territory in force uses."""
    on = switched_on()
    return [source for module, source in registry().gather("agenda") if module.name in on]


def entries(start: datetime, end: datetime, *, person_id: UUID | None = None, only: str = "") -> list[Entry]:
    """Return what happens between two moments, for everyone or for one person, by date."""

    def of(source: AgendaSource) -> Iterator[Entry]:
        if person_id is not None:
            items = source.mine(person_id, start, end) if source.mine else ()
        else:
            items = source.items(start, end) if source.items else ()
        return (Entry(item, source) for item in sorted(items, key=lambda item: item.starts_at))

    wanted = [source for source in sources() if not only or source.name == only]
    merged = heapq.merge(*(of(source) for source in wanted), key=lambda entry: entry.item.starts_at)
    return [entry for entry, _ in zip(merged, range(MOST), strict=False)]


def icalendar_of(territory: Territory, language: str, found: list[Entry], *, title: str, now: datetime) -> bytes:
    """Return the entries as an iCalendar feed, as it stands at `now`."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Parvis//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", title)
    calendar.add("x-wr-calname", title)
    calendar.add("x-wr-timezone", territory.timezone)
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for entry in found:
        calendar.add_component(_event(territory, language, entry, now))
    return calendar.to_ical()


def _event(territory: Territory, language: str, entry: Entry, now: datetime) -> icalendar.Event:
    event, item = icalendar.Event(), entry.item
    host = settings.PUBLIC_URL.partition("://")[2]
    # Two sources may call a thing alike; the address of the feed's reader says nothing of which.
    event.add("uid", f"{entry.source.name}.{item.ref}@{territory.slug}.{host}")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("summary", str(item.title))
    _dates(event, item, ZoneInfo(territory.timezone))
    if item.place:
        event.add("location", item.place)
    if item.text:
        event.add("description", item.text)
    if item.lat is not None and item.lon is not None:
        event.add("geo", (item.lat, item.lon))
    if item.url:
        event.add("url", f"{settings.PUBLIC_URL}{territory_path(territory, language, item.url)}")
    return event


def _dates(event: icalendar.Event, item: AgendaItem, zone: ZoneInfo) -> None:
    """Write the moments in UTC, which needs no table of zones; a whole day is the town's, and its end the day after."""
    if not item.all_day:
        event.add("dtstart", item.starts_at.astimezone(UTC))
        if item.ends_at and item.ends_at > item.starts_at:
            event.add("dtend", item.ends_at.astimezone(UTC))
        return
    first = item.starts_at.astimezone(zone).date()
    last = item.ends_at.astimezone(zone).date() if item.ends_at else first
    event.add("dtstart", first)
    event.add("dtend", max(first, last) + timedelta(days=1))
