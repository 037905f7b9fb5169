"""Read the lines of a table one after the other, whatever its length, and say of each what it holds or why not."""

import calendar
import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import IO, TypeVar
from zoneinfo import ZoneInfo

from parvis.core.geo.importers.reading import BadLine, Unreadable, existing
from parvis.lib import geometry
from parvis.lib.actor import Channel
from parvis.lib.errors import gettext_noop
from parvis.modules.issues.workflow import ENDED, Status

from .mapping import ColumnMap

LONGEST_LINE = 100_000  # letters; what is longer is no line of such a table
_PART = 1 << 16
_FORMULA = ("=", "+", "@", "\t", "\r")
EARLIEST, LATEST = 1970, timedelta(days=1)
Progress = Callable[[int], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Draft:
    """A request as a file tells it. `key` says where it comes from; moments carry the town's zone."""

    line: int
    key: str
    category: str
    opened: datetime
    closed: datetime | None
    status: Status
    channel: Channel
    answer: str = ""
    district: str = ""
    description: str = ""
    address: str = ""
    lat: float | None = None
    lon: float | None = None


class Table:
    """A table that is read as it is walked through. Raises Unreadable at once when its columns are not those asked for.

    `source` stands in the keys of lines without an id of their own: the file's name unless told otherwise.
    """

    def __init__(self, path: str | Path, columns: ColumnMap, *, zone: str, now: datetime, source: str = "") -> None:
        self.path, self.map, self.zone = existing(path), columns, ZoneInfo(zone)
        self.source = (source or self.path.name)[-140:]
        self.latest = now + LATEST
        self.size = self.path.stat().st_size
        self.encoding = _encoding(self.path)
        with self._open() as file:
            head = next(_lines(file, self.path), "")
        if "\0" in head or not head.strip():
            raise Unreadable(gettext_noop("%(path)s is not a table (CSV)."), path=str(self.path))
        self.separator = max(",;\t|", key=head.count)
        headings = [heading.strip() for heading in next(csv.reader([head], delimiter=self.separator), [])]
        asked = {heading for several in columns.columns.values() for heading in several}
        if missing := asked - set(headings):
            raise Unreadable(
                gettext_noop("There is no column %(missing)s in this file. Its columns are: %(columns)s."),
                missing=", ".join(sorted(missing)), columns=", ".join(heading[:40] for heading in headings[:20]),
            )  # fmt: skip
        self.width = len(headings)
        self.places = {name: tuple(map(headings.index, several)) for name, several in columns.columns.items()}

    def _open(self) -> IO[str]:
        return self.path.open(encoding=self.encoding, errors="replace", newline="")

    def walk(self, progress: Progress = lambda read: None) -> Iterator[Draft | BadLine]:
        """Yield each line as a draft, or what is wrong with it. `progress` hears of bytes read."""
        with self._open() as file:
            reader = csv.reader(_lines(file, self.path, progress), delimiter=self.separator)
            next(reader)
            while True:
                try:
                    row = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    raise Unreadable(
                        gettext_noop("%(path)s cannot be read from line %(line)s on: %(why)s."),
                        path=str(self.path), line=reader.line_num, why=error,
                    ) from error  # fmt: skip
                if any(row):
                    yield self._read(reader.line_num, row)

    def _read(self, line: int, row: list[str]) -> Draft | BadLine:
        try:
            if len(row) != self.width:
                raise ValueError(gettext_noop("it has not as many cells as there are headings"))
            return self._draft(line, self._cells(row))
        except ValueError as error:
            return BadLine(line, str(error), self.separator.join(row)[:60])

    def _cells(self, row: list[str]) -> dict[str, str]:
        cells = {}
        for name, places in self.places.items():
            if len(places) == 1:
                value = row[places[0]].strip()
            else:
                value = self.map.joint.join(part for part in (row[place].strip() for place in places) if part)
            if value.startswith(_FORMULA):
                raise ValueError(gettext_noop("a cell begins like a formula of a spreadsheet"))
            if "\ufffd" in value or "\0" in value:
                raise ValueError(gettext_noop("it holds letters that cannot be read"))
            cells[name] = value
        return cells

    def _draft(self, line: int, cells: Mapping[str, str]) -> Draft:
        category = kind_named(cells["category"], self.map)
        opened = self._opened(line, cells)
        closed = self._moment(cells["closed"]) if cells.get("closed") else None
        if closed is not None and closed < opened:
            raise ValueError(gettext_noop("it ended before it began"))
        status = self._status(cells.get("status", ""))
        lat, lon = _position(cells)
        return Draft(
            line=line,
            key=f"{self.map.name}:{cells['id'][:180]}" if cells.get("id") else f"{self.map.name}:{self.source}:{line}",
            category=category,
            opened=opened,
            closed=closed if status in ENDED else None,
            status=status,
            channel=_word(self.map.channels, cells.get("channel", "").partition("|")[0].strip(), Channel.SYSTEM),
            answer=(self.map.answer.replace("{status}", cells.get("status", "")) or "—") if status in ENDED else "",
            district=cells.get("district", ""),
            description=cells.get("description", "")[:4000],
            address=cells.get("address", "")[:200],
            lat=lat,
            lon=lon,
        )

    def _status(self, word: str) -> Status:
        found = _word(self.map.statuses, word, None)
        if found is None:
            raise ValueError(gettext_noop("its state is not in the column map"))
        return found

    def _opened(self, line: int, cells: Mapping[str, str]) -> datetime:
        if "opened" in cells:
            opened = self._moment(cells["opened"])
        else:
            opened = self._guessed(line, cells)
        if opened.year < EARLIEST or opened > self.latest:
            raise ValueError(gettext_noop("its date is not of our time"))
        return opened

    def _moment(self, text: str) -> datetime:
        for form in self.map.formats:
            try:
                moment = datetime.strptime(text, form)  # noqa: DTZ007 (given its zone below)
            except ValueError:
                continue
            return moment if moment.tzinfo else moment.replace(tzinfo=self.zone)
        raise ValueError(gettext_noop("its date cannot be read"))

    def _guessed(self, line: int, cells: Mapping[str, str]) -> datetime:
        """Put a request on one of its month's days of that name, in turn: seasons, weekdays and hours are true."""
        weekday = self.map.weekdays.get(cells["weekday"])
        hour = int(cells["hour"]) if cells["hour"].isdecimal() and len(cells["hour"]) <= 2 else 24
        if weekday is None or hour > 23:
            raise ValueError(gettext_noop("its date cannot be read"))
        days = _days(cells["month"], weekday)
        day = days[line % len(days)]
        return datetime(day.year, day.month, day.day, hour, tzinfo=self.zone)


def _word(known: Mapping[str, T], word: str, otherwise: T) -> T:
    return known.get(word, known.get("", otherwise))


def kind_named(text: str, columns: ColumnMap) -> str:
    """Return the name of a kind as it is kept: without its marks, renamed where the map says so. Raises ValueError."""
    for mark in columns.drop:
        text = text.removeprefix(mark)
    text = " ".join(columns.rename.get(text, text).split()).lstrip("- ")
    if not any(letter.isalpha() for letter in text):
        raise ValueError(gettext_noop("the kind of problem is missing"))
    return text[:80].rstrip()


@lru_cache(maxsize=2000)
def _days(month: str, weekday: int) -> tuple[date, ...]:
    try:
        first = datetime.strptime(month, "%Y-%m").date()  # noqa: DTZ007 (a month has no zone)
    except ValueError as error:
        raise ValueError(gettext_noop("its date cannot be read")) from error
    last = calendar.monthrange(first.year, first.month)[1]
    month_of = (first.replace(day=number) for number in range(1, last + 1))
    return tuple(day for day in month_of if day.weekday() == weekday)


def _position(cells: Mapping[str, str]) -> tuple[float | None, float | None]:
    if not cells.get("lat") and not cells.get("lon"):
        return None, None
    try:
        lat, lon = (float(cells[name].replace(",", ".")) for name in ("lat", "lon"))
    except (KeyError, ValueError) as error:
        raise ValueError(gettext_noop("the position cannot be read")) from error
    if not geometry.is_position(lat, lon) or (lat == 0 and lon == 0):
        raise ValueError(gettext_noop("the position is not on Earth"))
    return lat, lon


def _encoding(path: Path) -> str:
    """Return the encoding of a file: UTF-8 if all of it is, else that of old spreadsheets."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            while file.read(_PART):
                pass
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _lines(file: IO[str], path: Path, progress: Progress = lambda read: None) -> Iterator[str]:
    """Yield the lines of a file, none longer than memory bears. Raises Unreadable."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise Unreadable(
                gettext_noop("Line %(line)s of %(path)s is too long: is this a table?"), line=number, path=str(path)
            )
        progress(len(line))
        yield line
