"""What a caller asks of the list of requests, read and checked. A parameter that is empty counts as not given."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from parvis.core.tenancy.models import Territory

from .refusals import Refused

SPAN = timedelta(days=90)
MOST = 1000
LAST_PAGE = 1000
FURTHEST = 50_000.0
STATUSES = frozenset({"open", "closed"})
_YEARS = range(1900, 3000)


@dataclass(frozen=True, slots=True)
class Around:
    """A circle: WGS 84 degrees, radius in metres."""

    lat: float
    lon: float
    radius: float


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of a list; moments have a zone, None where nothing limits."""

    ids: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    statuses: frozenset[str] = STATUSES
    start: datetime | None = None
    end: datetime | None = None
    changed_after: datetime | None = None
    changed_before: datetime | None = None
    around: Around | None = None
    page: int = 1
    size: int = MOST
    extended: bool = False


def read_filters(said: Mapping[str, str], territory: Territory, now: datetime) -> Asked:
    """Return what a query string asks. Raises Refused."""
    extended = said.get("extensions", "").strip().lower() == "true"
    ids = _several(said.get("service_request_id", ""))
    if ids:
        if len(ids) > MOST:
            raise Refused(_("Ask for %(most)s requests at the most.") % {"most": MOST})
        return Asked(ids=tuple(code.upper() for code in ids), extended=extended)
    zone = ZoneInfo(territory.timezone)
    start, end = (_moment(said, name, zone) for name in ("start_date", "end_date"))
    after, before = (_moment(said, name, zone) for name in ("updated_after", "updated_before"))
    if after is None and before is None:
        start, end = span(start, end, now)
    return Asked(
        services=_several(said.get("service_code", "")),
        statuses=_statuses(said.get("status", "")),
        start=start,
        end=end,
        changed_after=after,
        changed_before=before,
        around=_around(said),
        page=_whole(said, "page", 1, LAST_PAGE),
        size=min(_whole(said, "page_size", MOST, 10_000_000), MOST),
        extended=extended,
    )


def span(start: datetime | None, end: datetime | None, now: datetime) -> tuple[datetime, datetime | None]:
    """Return the period asked for: the latest ninety days unless told; one given end takes ninety days from there.

    Raises Refused when it is longer than ninety days, or the wrong way round.
    """
    if start is None and end is None:
        return now - SPAN, None
    if start is None:
        return end - SPAN, end
    if end is None:
        return start, start + SPAN
    if end < start:
        raise Refused(_("end_date comes before start_date."))
    if end - start > SPAN:
        raise Refused(_("start_date and end_date may not span more than 90 days."))
    return start, end


def _several(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _statuses(text: str) -> frozenset[str]:
    asked = frozenset(part.lower() for part in _several(text))
    if asked - STATUSES:
        raise Refused(_("status is open, closed, or both with a comma."))
    return asked or STATUSES


def _moment(said: Mapping[str, str], name: str, zone: ZoneInfo) -> datetime | None:
    """Read a W3C date-time; its zone must be there, a mere day begins at the territory's midnight."""
    text = said.get(name, "").strip().replace(" ", "+")  # a + that was not escaped arrives as a space
    if not text:
        return None
    wrong = Refused(_("%(name)s is a date and time with its zone, such as 2010-01-01T00:00:00Z.") % {"name": name})
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise wrong
    if moment.tzinfo is None and len(text) == len("2010-01-01"):
        moment = moment.replace(tzinfo=zone)
    if moment.tzinfo is None or moment.year not in _YEARS:
        raise wrong
    return moment


def _whole(said: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = said.get(name, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 8 and 1 <= int(text) <= most):
        raise Refused(_("%(name)s is a whole number, from 1 to %(most)s.") % {"name": name, "most": most})
    return int(text)


def degrees(said: Mapping[str, str]) -> tuple[float, float] | None:
    """Return ``lat`` and ``long`` in WGS 84 degrees, or None when neither is given. Raises Refused."""
    texts = [said.get(name, "").strip() for name in ("lat", "long")]
    if not any(texts):
        return None
    lat, lon = (_number(text) for text in texts)
    if not (abs(lat) <= 90 and abs(lon) <= 180):  # not true of NaN either
        raise Refused(_("lat and long are degrees (WGS 84), and both are needed."))
    return lat, lon


def _number(text: str) -> float:
    try:
        return float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        return math.nan


def _around(said: Mapping[str, str]) -> Around | None:
    place = degrees(said)
    if place is None:
        return None
    radius = _number(said.get("radius", "").strip() or "500")
    if not 0 < radius <= FURTHEST:
        raise Refused(_("radius is a number of metres, %(most)s at the most.") % {"most": int(FURTHEST)})
    return Around(*place, radius)
