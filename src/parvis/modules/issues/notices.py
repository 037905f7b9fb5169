"""What is said to whom when something happens to a report."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from parvis.core.cases import links
from parvis.core.cases.models import Case, Side
from parvis.core.cases.notices import BY_TEXT_TOO, followers_of, whose
from parvis.core.cases.queries import came_from_elsewhere, hand_overs_of
from parvis.core.cases.queries.responsible import staff_now
from parvis.core.events.operations import Event
from parvis.core.notifications.queries import interested_in
from parvis.core.registry.entries import Notice, Recipient
from parvis.core.registry.topics import Topic, Weight
from parvis.core.tenancy.here import zone_here

from . import queries
from .models import Issue


def reporter(event: Event) -> Iterable[Recipient]:
    """Yield whoever reported: a person of the house, or the contact left on the case.

    Nobody for a report that another body handed over: that body keeps telling its reporter, so that they are told once.
    """
    case = Case.objects.filter(issue=event.subject_id).first()
    if case is not None and not came_from_elsewhere(case):
        yield from whose(case)


def followers(event: Event) -> Iterable[Recipient]:
    """Yield those who follow a report: whoever had reported the same thing, and was promised to be told."""
    yield from followers_of(Case.objects.filter(issue=event.subject_id).first())


def neighbours(event: Event) -> Iterable[Recipient]:
    """Yield who asked to hear of works, but whoever is told of this report already; nobody of one that is hidden."""
    issue = Issue.objects.filter(pk=event.subject_id, is_hidden=False).first()
    if issue is None:
        return
    told = {one.person_id for one in (*reporter(event), *followers(event))}
    yield from (Recipient(person_id=person_id) for person_id in interested_in(NEARBY) if person_id not in told)


def spot(event: Event) -> tuple[float, float] | None:
    """Return where a report is, if that is known."""
    issue = Issue.objects.filter(pk=event.subject_id).first()
    return None if issue is None or issue.lat is None or issue.lon is None else (issue.lat, issue.lon)


def words(event: Event) -> Mapping[str, Any]:
    """Return what the templates need, as the report stands now; `partner` is the body it was handed over to, if any."""
    issue = Issue.objects.select_related("category", "case").get(pk=event.subject_id)
    last = hand_overs_of(issue.case).filter(side=Side.SENT, state__in=["accepted", "done"]).last()
    return {
        "issue": issue,
        "case": issue.case,
        "category": issue.category,
        **_days(issue),
        "coming": queries.coming(issue, now=event.at),
        "partner": last.body.name if last and last.body else queries.passed_on_to(issue),
        "path": issue.get_absolute_url(),
        "question_path": links.path_of(issue.case) if issue.case.state == "closed" else "",
    }


def _days(issue: Issue) -> dict[str, str]:
    """Return the promise and the days of planned work as the reader's language writes them, in the town's time."""
    zone = zone_here(issue.territory_id)
    first, last, due = (
        date_format(moment.astimezone(zone), "DATE_FORMAT") if moment else ""
        for moment in (issue.planned_from, issue.planned_until, issue.case.due_at)
    )
    return {"first_day": first, "last_day": last if last != first else "", "due": due}


def staff(event: Event) -> Iterable[Recipient]:
    """Yield whoever looks after a report, and those who oversee the work."""
    case = Case.objects.filter(issue=event.subject_id).first()
    if case is not None and case.is_open:
        known = staff_now(event.at)
        yield from (Recipient(person_id=person) for person in sorted(known.look_after(case) | known.overseers))


def staff_words(event: Event) -> Mapping[str, Any]:
    """Return what staff are told about a report; it leads to the page of its case."""
    issue = Issue.objects.select_related("category", "case").get(pk=event.subject_id)
    path = reverse("cases_bureau:case", args=[issue.code])
    return {"issue": issue, "case": issue.case, **_days(issue), "path": path, "label": _("Open the case")}


NEARBY = "issues.nearby"
TOPICS = [
    Topic(
        NEARBY,
        _("Works near my places"),
        _("When the municipality plans to mend something"),
        weight=Weight.NEWS,
        has_places=True,
        order=40,
    ),
]

STEPS = ("accepted", "planned", "recategorised", "resolved", "declined", "reopened")

NOTICES = [
    Notice(
        "issues.due_soon",
        to="staff",
        audience=staff,
        context=staff_words,
        topic="work",
        reason=_("You work for this municipality."),
    ),
    *(
        Notice(f"issues.{name}", to="reporter", audience=reporter, context=words, topic="cases", channels=BY_TEXT_TOO)
        for name in ("reported", *STEPS)
    ),
    *(
        Notice(
            f"issues.{name}",
            to="followers",
            audience=followers,
            context=words,
            topic="cases.followed",
            template=f"issues/notices/followed_{name}",
            reason=_("You follow this report."),
        )
        for name in STEPS
    ),
    Notice(
        "issues.planned",
        to="neighbours",
        audience=neighbours,
        context=words,
        place=spot,
        topic=NEARBY,
        template="issues/notices/nearby_planned",
        reason=_("You asked to hear of works near your places."),
    ),
]
