"""The one calendar: what every module declares, merged by date; and its iCalendar feeds (RFC 5545)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from parvis.core.registry.entries import AgendaItem, AgendaSource
from parvis.core.registry.registry import registry
from parvis.core.tenancy.addresses import territory_path, townless
from parvis.core.tenancy.context import current_territory_id, use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import switched_on
from parvis.core.territories.models import Kind

from .ports import Port, address, ports

if TYPE_CHECKING:
    from icalendar import Event

MOST = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """A dated entry with the source it comes from; `origin` is the territory that runs it when it is not this one."""

    item: AgendaItem
    source: AgendaSource
    origin: Territory | None = None

    @property
    def url(self) -> str:
        """The address of its page, in the town it belongs to."""
        return address(self.item.url, self.origin)


def sources() -> list[AgendaSource]:
    """Return the sources there are: of the modules in use here, and of those whose calendar we show."""
    return _named_once(ports("agenda", Kind.AGENDA))


def _named_once(asked: Iterable[Port[AgendaSource]]) -> list[AgendaSource]:
    return list({port.entry.name: port.entry for port in asked}.values())


def entries(start: datetime, end: datetime, *, only: str = "") -> list[Entry]:
    """Return what happens between two moments, by date: ours, and that of those whose calendar we show."""

    def items(source: AgendaSource) -> Iterable[AgendaItem]:
        return source.items(start, end) if source.items else ()

    asked = [port for port in ports("agenda", Kind.AGENDA) if not only or port.entry.name == only]
    return _by_date(Entry(item, port.entry, port.origin) for port in asked for item in port.read(items))


def mine(person_id: UUID, start: datetime, end: datetime) -> list[Entry]:
    """Return one person's own dates between two moments, in every town, by date."""
    on = switched_on()
    with use(person=person_id, scope=Scope.MINE), townless():
        found = [
            (item, source)
            for module, source in registry().gather("agenda")
            if source.mine and module.name in on
            for item in source.mine(person_id, start, end)
        ]
    towns = Territory.objects.in_bulk({item.territory_id for item, _source in found} - {None, current_territory_id()})
    return _by_date(Entry(item, source, towns.get(item.territory_id)) for item, source in found)


def _by_date(found: Iterable[Entry]) -> list[Entry]:
    return sorted(found, key=lambda entry: entry.item.starts_at)[:MOST]


def icalendar_of(territory: Territory, language: str, found: list[Entry], *, title: str, now: datetime) -> bytes:
    """Return the entries as an iCalendar feed, as it stands at `now`."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Parvis//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", title)
    calendar.add("x-wr-calname", title)
    calendar.add("x-wr-timezone", territory.timezone)
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    told = set()
    for entry in found:
        one = (entry.origin, entry.source.name, entry.item.series.ref if entry.item.series else entry.item.ref)
        if one not in told:  # of works that come back, the rule says the other times
            calendar.add_component(_event(entry, entry.origin or territory, language, now))
        told.add(one)
    return calendar.to_ical()


def _event(entry: Entry, town: Territory, language: str, now: datetime) -> "Event":
    from icalendar import Event

    event, item = Event(), entry.item
    host = settings.PUBLIC_URL.partition("://")[2]
    # Two sources may call a thing alike; the address of the feed's reader says nothing of which. Every portal that
    # shows it says the same, so that a telephone that follows two of them has it once.
    ref = item.series.ref if item.series else item.ref
    event.add("uid", f"{entry.source.name}.{ref}@{town.slug}.{host}")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("summary", f"{item.title} · {town.name}" if entry.origin else str(item.title))
    _dates(event, item, ZoneInfo(town.timezone))
    if item.place:
        event.add("location", item.place)
    if item.text:
        event.add("description", item.text)
    if item.lat is not None and item.lon is not None:
        event.add("geo", (item.lat, item.lon))
    if item.url:
        event.add("url", f"{settings.PUBLIC_URL}{territory_path(town, language, item.url)}")
    return event


def _dates(event: "Event", item: AgendaItem, zone: ZoneInfo) -> None:
    """Write the moments in UTC, which needs no table of zones; a whole day is the town's, and its end the day after."""
    if not item.all_day:
        event.add("dtstart", item.starts_at.astimezone(UTC))
        if item.ends_at and item.ends_at > item.starts_at:
            event.add("dtend", item.ends_at.astimezone(UTC))
        return
    first = item.starts_at.astimezone(zone).date()
    last = item.ends_at.astimezone(zone).date() if item.ends_at else first
    if item.series:
        from icalendar import vRecur

        last += item.series.first - first
        first = item.series.first
        event.add("rrule", vRecur.from_ical(item.series.rule))
        for day in item.series.skipped:
            event.add("exdate", day, parameters={"VALUE": "DATE"})
    event.add("dtstart", first)
    event.add("dtend", max(first, last) + timedelta(days=1))
