"""The reports of one municipality, in the order in which they came in."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from parvis.lib.workdays import due_at

from ..model import Municipality, Region
from ..noise import stream
from ..people import FictionPerson, Household, make_cast, make_households
from .categories import CATEGORIES, Category
from .model import OUTCOMES, FictionReport, ReportEvent
from .seasons import ZONE, draw_days, moment_on, pick_channel
from .spots import Spot, Spots
from .story import Case, Teller
from .writing import write_report

AQUEDUCT_FROM, SIDEWALKS_FROM = 900, 400
ENGLISH = {"ashbourne": 0.2, "lac-aux-huards": 0.1}


def make_reports(
    region: Region,
    municipality: str | Municipality,
    seed: int,
    until: datetime,
    months: int = 18,
    per_thousand_per_year: float = 90,
) -> Iterator[FictionReport]:
    """What was reported in a municipality during ``months`` months up to ``until`` (aware), oldest first.

    Nothing is dated after ``until``: what would come later has not happened, so recent reports are open. Raises
    KeyError for an unknown slug, ValueError for a naive moment.
    """
    if until.tzinfo is None:
        raise ValueError("until must carry its time zone")
    slug = municipality if isinstance(municipality, str) else municipality.slug
    maker = _Maker(region, region.municipality(slug), seed, until.astimezone(UTC))
    return maker.run(months, per_thousand_per_year)


class _Maker:
    def __init__(self, region: Region, town: Municipality, seed: int, until: datetime) -> None:
        self.region, self.town, self.seed, self.until = region, town, seed, until
        self.spots = Spots(region, town.slug, seed)
        cast = make_cast(region)
        self.teller = Teller(cast.staff_of(town.slug))
        self.neighbours = [*(h for h in cast.households if h.municipality == town.slug),
                           *make_households(region, town.slug)]  # fmt: skip
        self.demo = [person for person in cast.residents if person.municipality == town.slug]
        self.addresses = {address.id: address for address in self.spots.addresses}
        self.recent: deque[tuple[datetime, str, Category, Spot]] = deque(maxlen=40)

    def run(self, months: int, rate: float) -> Iterator[FictionReport]:
        last = self.until.astimezone(ZONE).date()
        first = last - timedelta(days=round(months * 30.44))
        count = round(self.town.population * rate / 1000 * months / 12)
        # Days are drawn, then moments: sorted here, so that keys follow the order in which reports came in.
        rng = stream(self.seed, "reports", self.town.slug)
        drawn = [(self._moment(rng, day), category)
                 for day, category in draw_days(rng, self.seed, self._offered(), first, last, count)]  # fmt: skip
        kept = sorted(((m, channel, c) for (m, channel), c in drawn if m <= self.until), key=lambda each: each[0])
        promised = self._promised(rng, len(kept))
        for index, (moment, channel, category) in enumerate(kept):
            key = f"{self.town.slug}-{index + 1:05d}"
            yield self._report(stream(self.seed, "report", key), key, moment, channel, category, promised.get(index))

    def _offered(self) -> list[Category]:
        has = {"": True, "aqueduct": self.town.population >= AQUEDUCT_FROM,
               "sidewalks": self.town.population >= SIDEWALKS_FROM}  # fmt: skip
        return [category for category in CATEGORIES if has[category.needs]]

    def _moment(self, rng: random.Random, day: date) -> tuple[datetime, str]:
        channel = pick_channel(rng, day, self.town.population)
        return moment_on(rng, day, channel), channel

    def _promised(self, rng: random.Random, count: int) -> dict[int, FictionPerson]:
        """Some of the reports are by the demo people, so that each finds a few of their own, the last ones recent."""
        chosen: dict[int, FictionPerson] = {}
        for number, person in enumerate(self.demo):
            for _ in range(5 if person.key == "monique" else 2):
                if count:
                    chosen[rng.randrange(count)] = person
            if count > 40:
                chosen[count - 3 - 4 * number] = person
        return chosen

    def _report(self, rng, key: str, moment: datetime, channel: str, category: Category, who) -> FictionReport:
        reporter = who or self._reporter(rng, channel)
        home = self.addresses.get(reporter.address) if reporter else None
        twin = self._twin(rng, moment)
        if twin and not who:
            category, spot = twin[2], twin[3]
        else:
            twin, spot = None, self.spots.draw(rng, category, home)
        language = self._language(rng, reporter)
        text = write_report(rng, category, spot, channel, language)
        case = Case(category, spot, moment, due_at(moment, category.days, ZONE), channel, reporter is not None, text,
                    twin[1] if twin else "", self._strain(moment))  # fmt: skip
        photo = channel == "web" and rng.random() < category.photo * 1.3
        events = tuple(event for event in self.teller.tell(rng, case) if event.at <= self.until)
        outcome = _outcome(events)
        if not twin:
            self.recent.append((moment, key, category, spot))
        return FictionReport(
            key=key, municipality=self.town.slug, category=category.slug, reported_at=moment, due_at=case.due_at,
            channel=channel, language=language, text=text, reporter=reporter, point=spot.point,
            address=spot.address.id, street=spot.street.id, asset=spot.asset, district=spot.address.district,
            photo=photo, photo_after=outcome == "resolved" and rng.random() < 0.3, outcome=outcome,
            events=events)  # fmt: skip

    def _strain(self, moment: datetime) -> float:
        """The crews are short of hands at the end of the period: some files stay open, and a few are late."""
        return 1 + 3.2 * max(0.0, 1 - (self.until - moment).days / 45)

    def _reporter(self, rng: random.Random, channel: str) -> FictionPerson | None:
        if rng.random() < (0.24 if channel == "web" else 0.12):
            return None
        household: Household = rng.choice(self.neighbours)
        adults = [person for person in household.members if person.age >= 16]
        return rng.choice(adults) if adults else household.members[0]

    def _language(self, rng: random.Random, reporter: FictionPerson | None) -> str:
        if reporter and reporter.languages[0] in ("en", "es"):
            return reporter.languages[0] if rng.random() < 0.75 else "fr"
        return "en" if rng.random() < ENGLISH.get(self.town.slug, 0.025) else "fr"

    def _twin(self, rng: random.Random, moment: datetime):
        """An earlier report of a few days that this one says again, once in twenty times."""
        if rng.random() > 0.055:
            return None
        near = [each for each in self.recent if timedelta(minutes=20) < moment - each[0] < timedelta(days=6)]
        shared = [each for each in near if each[2].where != "home"]
        return rng.choice(shared) if shared else None


def _outcome(events: tuple[ReportEvent, ...]) -> str:
    steps = [event.kind for event in events if event.kind in OUTCOMES or event.kind == "reopened"]
    return "" if not steps or steps[-1] == "reopened" else steps[-1]
