"""The one calendar: what every module declares, merged by date; and its iCalendar feeds (RFC 5545)."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

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


def icalendar_of(territory: Territory, language: str, found: list[Entry], *, title: str) -> bytes:
    """Return the entries as an iCalendar feed."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Parvis//FR")
    calendar.add("version", "2.0")
    calendar.add("name", title)
    calendar.add("x-wr-calname", title)
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    host = settings.PUBLIC_URL.partition("://")[2]
    for entry in found:
        calendar.add_component(_event(territory, language, entry.item, host))
    return calendar.to_ical()


def _event(territory: Territory, language: str, item: AgendaItem, host: str) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"{item.ref}@{territory.slug}.{host}")
    event.add("dtstamp", item.starts_at)
    event.add("summary", item.title)
    event.add("dtstart", item.starts_at.date() if item.all_day else item.starts_at)
    if item.ends_at:
        event.add("dtend", item.ends_at.date() if item.all_day else item.ends_at)
    if item.place:
        event.add("location", item.place)
    if item.text:
        event.add("description", item.text)
    if item.lat is not None and item.lon is not None:
        event.add("geo", (item.lat, item.lon))
    if item.url:
        event.add("url", f"{settings.PUBLIC_URL}{territory_path(territory, language, item.url)}")
    return event
