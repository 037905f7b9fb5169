"""When to tell: the next digest, and the end of somebody's quiet hours. Pure, without Django."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

DAILY, WEEKLY = "daily", "weekly"


def next_digest(now: datetime, rhythm: str, *, zone: ZoneInfo, hour: int, weekday: int) -> datetime:
    """Return the moment of the first digest after `now`: at `hour` of the territory, weekly on `weekday` (0: Monday).

    An hour that a change of clocks skips is taken where it would have been.
    """
    here = now.astimezone(zone)
    days = (weekday - here.weekday()) % 7 if rhythm == WEEKLY else 0
    step = 7 if rhythm == WEEKLY else 1
    day = here.date() + timedelta(days=days)
    moment = datetime.combine(day, time(hour), tzinfo=zone)
    if moment.timestamp() <= now.timestamp():
        moment = datetime.combine(day + timedelta(days=step), time(hour), tzinfo=zone)
    return moment.astimezone(now.tzinfo)


def after_quiet(now: datetime, *, zone: ZoneInfo, begin: time, end: time) -> datetime | None:
    """Return when quiet hours end, if `now` is within them; None if it is not. They may pass over midnight."""
    here = now.astimezone(zone)
    moment = here.timetz().replace(tzinfo=None)
    over_midnight = begin > end
    inside = (moment >= begin or moment < end) if over_midnight else begin <= moment < end
    if not inside:
        return None
    day = here.date() + timedelta(days=1) if over_midnight and moment >= begin else here.date()
    return datetime.combine(day, end, tzinfo=zone).astimezone(now.tzinfo)
