"""When things happen: seasons, storms and the hours at which people write, telephone or come in."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import accumulate
from zoneinfo import ZoneInfo

from parvis.lib.workdays import QUEBEC

from ..noise import stream
from .categories import Category

ZONE = ZoneInfo("America/Toronto")
# Kind: how many a month, January to December.
WEATHER = {
    "snow": (3, 3, 2, 0.3, 0, 0, 0, 0, 0, 0, 0.7, 2.6),
    "ice": (1.2, 1, 1.2, 0.1, 0, 0, 0, 0, 0, 0, 0.5, 1.3),
    "thaw": (0.3, 0.5, 1.6, 1.4, 0.2, 0, 0, 0, 0, 0, 0, 0.2),
    "storm": (0.1, 0, 0.1, 0.3, 0.5, 0.9, 1.3, 1, 0.6, 0.5, 0.4, 0.4),
    "flood": (0, 0, 0.3, 0.9, 0.3, 0.1, 0.3, 0.1, 0.1, 0.3, 0.1, 0),
}
WEB_HOURS = (1, 0.6, 0.4, 0.3, 0.5, 1, 2.5, 5, 6, 5, 5, 5, 7, 5, 4, 4, 5, 7, 8, 9, 9, 8, 5, 2)


@cache
def weather(seed: int, day: date) -> Mapping[str, float]:
    """By how much each kind of weather multiplies what it causes on a day: the day itself and two after it."""
    factors: dict[str, float] = {}
    for ago in range(3):
        past = day - timedelta(days=ago)
        for kind, months in WEATHER.items():
            rng = stream(seed, "weather", kind, past.toordinal())
            if rng.random() < months[past.month - 1] / 30:
                factors[kind] = max(factors.get(kind, 1.0), (3 + 6 * rng.random()) / (1 + 1.4 * ago))
    return factors


def draw_days(rng: random.Random, seed: int, categories: list[Category], first: date, last: date, count: int):
    """``count`` pairs of a day and a category between two days (both included), in order of days."""
    pairs: list[tuple[date, Category]] = []
    weights: list[float] = []
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        factors = weather(seed, day)
        open_day = 1.15 if QUEBEC.is_working(day) else 0.6
        for category in categories:
            boost = max([factors.get(kind, 1.0) for kind in category.weather], default=1.0)
            pairs.append((day, category))
            weights.append(category.weight * category.months[day.month - 1] * open_day * boost)
    picked = rng.choices(range(len(pairs)), cum_weights=list(accumulate(weights)), k=count)
    return [pairs[index] for index in sorted(picked)]


def pick_channel(rng: random.Random, day: date, population: int) -> str:
    """web, phone or counter: the smaller the place, the more people talk; on closed days only the web answers."""
    if not QUEBEC.is_working(day):
        return "web"
    return rng.choices(("web", "phone", "counter"), (58, 31, 11) if population > 2000 else (38, 42, 20))[0]


def moment_on(rng: random.Random, day: date, channel: str) -> datetime:
    """A plausible moment of that day, in UTC."""
    if channel == "web":
        hour = rng.choices(range(24), WEB_HOURS)[0]
        local = datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)), ZONE)
    else:
        local = _office(rng, day)
    return local.astimezone(UTC)


def office_moment(rng: random.Random, after: datetime, working_days: int = 0) -> datetime:
    """A moment in office hours (UTC), ``working_days`` after a moment, and always later than it."""
    day = after.astimezone(ZONE).date()
    while not QUEBEC.is_working(day):
        day += timedelta(days=1)
    for _ in range(working_days):
        day += timedelta(days=1)
        while not QUEBEC.is_working(day):
            day += timedelta(days=1)
    while True:
        if QUEBEC.is_working(day):
            for _ in range(3):
                moment = _office(rng, day).astimezone(UTC)
                if moment > after:
                    return moment
        day += timedelta(days=1)


def _office(rng: random.Random, day: date) -> datetime:
    minute = rng.choice((rng.randrange(8 * 60 + 30, 12 * 60), rng.randrange(13 * 60, 16 * 60 + 30)))
    return datetime.combine(day, time(minute // 60, minute % 60, rng.randrange(60)), ZONE)
