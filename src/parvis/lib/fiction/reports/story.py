"""What happens to a report after it came in: who saw it, who was asked, what was answered, and when."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..people import FictionStaff
from .categories import Category, table
from .model import ReportEvent
from .seasons import ZONE, office_moment
from .spots import Spot
from .writing import answer, ask, say

REFUSALS = {
    "chaussee": "budget", "trottoir": "budget", "signalisation": "budget", "lampadaire": "budget",
    "piste-cyclable": "budget", "puisard": "private", "ponceau": "private", "arbre": "private",
    "herbe-a-poux": "private", "depot-sauvage": "private", "bruit": "rule", "odeur": "rule", "stationnement": "rule",
    "chien-errant": "rule", "feu": "rule",
}  # fmt: skip
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


@dataclass
class Case:
    """A report on its way: what the story needs to know. ``strain`` multiplies the time the work takes."""

    category: Category
    spot: Spot
    reported_at: datetime
    due_at: datetime
    channel: str
    named: bool
    text: str
    twin: str = ""
    strain: float = 1.0


class Teller:
    """Tells what the staff of one municipality does with its reports."""

    def __init__(self, staff: tuple[FictionStaff, ...]) -> None:
        self.clerk = next((p for p in staff if p.role == "clerk"), staff[0])
        self.hands = next((p for p in staff if p.role == "works_crew"), None) or next(
            (p for p in staff if p.role == "works_director"), self.clerk
        )

    def tell(self, rng: random.Random, case: Case) -> list[ReportEvent]:
        """All dated events, in order, whether they have happened yet or not."""
        events = [ReportEvent(case.reported_at, "received", "system" if case.channel == "web" else self.clerk.key)]
        seen = case.reported_at + timedelta(minutes=rng.randrange(1, 4))
        if case.channel == "web":
            seen = office_moment(rng, case.reported_at)
        events.append(ReportEvent(seen, "seen", self.clerk.key))
        if case.twin:
            at = office_moment(rng, seen)
            events.append(ReportEvent(at, "duplicate", self.clerk.key, say(rng, "duplicate"), case.twin))
            return events
        partner = self._partner(rng, case)
        if partner:
            return [*events, self._transfer(rng, case, seen, partner)]
        assigned = seen + timedelta(minutes=rng.randrange(1, 40))
        events.append(ReportEvent(assigned, "assigned", self.clerk.key, value=case.category.service))
        draw = rng.random()
        if draw < 0.012 and case.named:
            text = rng.choice(("Finalement c'est réglé, merci.", "Oubliez ça, mon voisin s'en est occupé.",
                               "je me suis trompé de place, désolé"))  # fmt: skip
            at = assigned + timedelta(hours=rng.randrange(3, 60))
            return [*events, ReportEvent(at, "withdrawn", "reporter", text)]
        reason = REFUSALS.get(case.category.slug)
        if reason and draw < 0.09:
            at = office_moment(rng, assigned, max(1, case.category.days // 2))
            text = rng.choice(table("phrases/common")["refused"][reason])
            return [*events, ReportEvent(at, "refused", self.clerk.key, text)]
        return self._work(rng, case, events, assigned)

    def _work(self, rng: random.Random, case: Case, events: list[ReportEvent], since: datetime) -> list[ReportEvent]:
        share = rng.lognormvariate(-0.95, 0.75) * case.strain
        ready = office_moment(rng, since, int(share * case.category.days + rng.random() * 0.6))
        if rng.random() < 0.025:
            ready = since + timedelta(days=rng.randrange(90, 300))  # the one everybody forgot
        if case.named and rng.random() < 0.16:
            asked = office_moment(rng, since)
            answered = asked + timedelta(minutes=rng.randrange(8, 1800))
            question, reply = ask(rng)
            events.append(ReportEvent(asked, "question", self.clerk.key, question))
            events.append(ReportEvent(answered, "reply", "reporter", reply))
        if rng.random() < 0.3:
            events.append(ReportEvent(office_moment(rng, since), "note", self.hands.key, self._note(rng)))
        if ready - since > timedelta(days=3) and rng.random() < 0.4:
            at = office_moment(rng, since, 1)
            events.append(ReportEvent(at, "planned", self.hands.key, self._planned(rng, at, ready)))
        if ready > case.due_at:
            events += self._lateness(rng, case, ready)
        events.append(ReportEvent(ready, "resolved", self.hands.key, answer(rng, case.category, case.text)))
        events += self._after(rng, case, ready)
        first_end = next(event for event in events if event.kind == "resolved").at
        return sorted((e for e in events if e.at <= first_end or e.at > ready), key=lambda event: event.at)

    def _lateness(self, rng: random.Random, case: Case, ready: datetime) -> list[ReportEvent]:
        events = []
        if case.named and rng.random() < 0.5:
            at = case.due_at + timedelta(hours=rng.randrange(8, 70))
            events.append(ReportEvent(at, "reply", "reporter", say(rng, "reminder")))
        if rng.random() < 0.55:
            events.append(ReportEvent(office_moment(rng, case.due_at), "late_notice", self.clerk.key, say(rng, "late")))
        return [event for event in events if event.at < ready]

    def _after(self, rng: random.Random, case: Case, ready: datetime) -> list[ReportEvent]:
        if not case.named:
            return []
        late, events = ready > case.due_at, []
        if rng.random() < 0.035:
            again = ready + timedelta(hours=rng.randrange(5, 90))
            done = office_moment(rng, again, 1 + case.category.days // 3)
            text = answer(rng, case.category, case.text)
            events += [ReportEvent(again, "reopened", "reporter", say(rng, "unhappy")),
                       ReportEvent(done, "resolved", self.hands.key, text)]  # fmt: skip
            ready = done
        elif rng.random() < 0.22:
            events.append(ReportEvent(ready + timedelta(minutes=rng.randrange(4, 900)), "reply", "reporter",
                                      say(rng, "thankful")))  # fmt: skip
        if rng.random() < 0.34:
            marks = rng.choices("12345", (14, 18, 26, 26, 16) if late else (3, 4, 11, 36, 46))[0]
            at = ready + timedelta(hours=16 + rng.randrange(48))
            events.append(ReportEvent(at, "rated", "reporter", value=marks))
        return events

    def _partner(self, rng: random.Random, case: Case) -> str:
        street, category = case.spot.street, case.category
        if category.ministry and street.kind == "provincial" and street.speed > 50 and rng.random() < 0.85:
            return "ministry"
        return category.elsewhere if category.elsewhere and rng.random() < 0.24 else ""

    def _transfer(self, rng: random.Random, case: Case, seen: datetime, partner: str) -> ReportEvent:
        answers = table("phrases/common")["other"]
        chosen = answers.get(f"{partner}-{case.category.slug}") or answers[partner]
        text = rng.choice(chosen).format(street=case.spot.street.route)
        return ReportEvent(
            office_moment(rng, seen, rng.choice((0, 0, 1, 2))), "transferred", self.clerk.key, text, partner
        )

    def _note(self, rng: random.Random) -> str:
        return rng.choice(table("phrases/common")["staff"]["notes"]).format(staff=self.clerk.first_name)

    def _planned(self, rng: random.Random, at: datetime, ready: datetime) -> str:
        day, local = ready.astimezone(ZONE), at.astimezone(ZONE)
        if day.isocalendar()[:2] == local.isocalendar()[:2]:
            when = f"{DAYS[day.weekday()]}"
        elif (day - local).days < 12:
            when = f"{DAYS[day.weekday()]} de la semaine prochaine"
        else:
            when = rng.choice(("d'ici la fin du mois", "dans les prochaines semaines"))
        return rng.choice(table("phrases/common")["staff"]["planned"]).format(when=when)
