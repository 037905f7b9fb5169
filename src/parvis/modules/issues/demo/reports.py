"""Eighteen months of reports in the demo region, as people write them, with what the staff did about each."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from parvis.core.aggregates.spans import month_of, months_later
from parvis.core.events.operations import Event
from parvis.core.files.content import Part
from parvis.core.geo import districts
from parvis.core.identity.models import Person, Team
from parvis.core.notifications.operations import keep_past
from parvis.core.registry.stage import Stage
from parvis.lib.actor import Actor
from parvis.lib.fiction.people import FictionPerson, FictionStaff, joined_at, make_cast
from parvis.lib.fiction.reports import CATEGORIES, FictionReport, ReportEvent, make_photo, make_reports
from parvis.lib.ids import new_id
from parvis.modules.issues import operations, queries
from parvis.modules.issues.discretion import names_homes
from parvis.modules.issues.history import PastIssue, Said, Step, import_history
from parvis.modules.issues.models import Category, Destination, Endpoint, Issue
from parvis.modules.issues.operations.escalation import warn_of_promises
from parvis.modules.issues.operations.papers import ask_paper
from parvis.modules.issues.queries.assets import assets_near
from parvis.modules.issues.queries.field import may_be_added
from parvis.modules.issues.suggesting.seeds import phrases_for
from parvis.modules.issues.workflow import Status

from .choices import THINGS, decide
from .partners import hand_over

PHOTOS = 8  # a territory's most recent reports keep their photo: enough to look at, quick to load
SEED = 3
CREW, STOPS = "roads", 7  # whose round of today, and how long
NAMED = 40
UNREAD = timedelta(days=14)
MOST_WORDS, MOST_LETTERS = 3, 240  # of the words people use for a kind: in one expression, in all
TO_STATUS = {
    "resolved": Status.RESOLVED,
    "duplicate": Status.DECLINED,
    "transferred": Status.DECLINED,
    "refused": Status.DECLINED,
    "withdrawn": Status.DECLINED,
}
STATE_AFTER = {"opened": "received", "started": "open", "closed": "closed", "reopened": "open"}
CHANNELS = {"web": "web", "app": "web", "phone": "phone", "counter": "counter", "email": "email", "mail": "mail"}


OTHERS_SERVICES: list[dict[str, Any]] = [
    {
        "service_code": "R-12",
        "service_name": "Signalisation endommagée",
        "group": "Routes",
        "attributes": [
            {
                "code": "cote",
                "datatype": "singlevaluelist",
                "required": True,
                "description": "De quel côté de la route ?",
                "values": [{"key": "G", "name": "Gauche"}, {"key": "D", "name": "Droit"}],
            }
        ],
    },
    {"service_code": "R-20", "service_name": "Chaussée déformée", "group": "Routes", "attributes": []},
]


def load(stage: Stage) -> None:
    """Set the categories of a territory and, for a municipality, its reports."""
    categories = {category.slug: category for category in _categories(stage)}
    decide(stage, categories)
    if stage.municipality is None:
        return
    reports = list(make_reports(stage.region, stage.territory.slug, SEED, stage.now))
    with_photo = {report.key for report in [r for r in reports if r.photo][-PHOTOS:]}
    known = dict(Person.objects.exclude(email="").values_list("email", "pk"))
    staff = _staff(stage, known)
    district_of = districts.locator(stage.territory)
    past = (
        _past(
            stage,
            report,
            categories,
            staff,
            _whose(stage, report, staff, known),
            district_of(report.point[1], report.point[0]),
            report.key in with_photo,
        )
        for report in reports
    )
    import_history(actor=Actor.system(stage.territory.pk), territory=stage.territory, past=past, now=stage.now)
    _tell_cast(stage, staff)
    hand_over(stage, staff)
    _shortlist(stage)
    _blur(stage)
    _name_things()
    warn_of_promises(now=stage.now)
    _other_body(categories)
    last_month = months_later(month_of(stage.now.date()), -1)
    ask_paper(actor=Actor.system(stage.territory.pk), month=last_month, now=stage.now)


def _tell_cast(stage: Stage, staff: Mapping[str, UUID]) -> None:
    """Put into the demo people's inboxes what became of their reports; of the last two weeks, nothing is read yet."""
    people = [staff[one.key] for one in make_cast(stage.region).residents if one.key in staff]
    ended = Issue.objects.filter(person_id__in=people, status__in=[Status.RESOLVED, Status.DECLINED])
    for issue in ended.select_related("case").order_by("case__closed_at"):
        at = issue.case.closed_at
        if at is not None:
            told = Event(
                new_id(), f"issues.{issue.status}", stage.territory.pk, "issues.issue", issue.pk, None, issue.person_id,
                "web", at, {},
            )  # fmt: skip
            keep_past(told, read_at=at + UNREAD if at + UNREAD < stage.now else None)


def _shortlist(stage: Stage) -> None:
    """Give the road crew a day's round: the open reports promised soonest."""
    team = Team.objects.filter(slug=CREW).first()
    today = stage.now.astimezone(ZoneInfo(stage.territory.timezone)).date()
    issues = list(may_be_added(today)[:STOPS])
    if team is not None and issues:
        system = Actor.system(stage.territory.pk)
        operations.put_on_list(actor=system, issues=issues, day=today, now=stage.now, team=team)


def _blur(stage: Stage) -> None:
    """Blur a part of the newest photo that everyone sees, as a clerk would a plate."""
    system = Actor.system(stage.territory.pk)
    for issue in Issue.objects.select_related("case", "category").order_by("-reported_at")[:60]:
        photo = queries.photos_of(issue, public_only=True).first()
        if photo is not None and not photo.version:
            plate = Part(0.42, 0.62, 0.18, 0.08)
            operations.blur_photo(actor=system, issue=issue, photo=photo, parts=[plate], now=stage.now, show=True)
            return


def _name_things() -> None:
    """Say of the newest reports about a thing of the municipality which one it is: the nearest of its kind."""
    rows = Issue.objects.select_related("category").filter(category__slug__in=THINGS, asset=None)
    for issue in rows.order_by("-reported_at")[:NAMED]:
        near = assets_near(issue, most=1)
        if near:
            Issue.objects.filter(pk=issue.pk).update(asset=near[0].asset)


def _other_body(categories: Mapping[str, Category]) -> None:
    """A body of another instance whose Open311 endpoint takes one kind of report, when a clerk says so."""
    body, _ = Endpoint.objects.get_or_create(
        name="Réseau routier national (exemple)",
        defaults={"url": "https://open311.example.org/v2", "jurisdiction_id": "routes", "services": OTHERS_SERVICES},
    )
    kind = categories.get("signalisation") or next(iter(categories.values()))
    service = OTHERS_SERVICES[0]
    Destination.objects.get_or_create(
        category=kind,
        defaults={
            "endpoint": body,
            "service_code": service["service_code"],
            "service_name": service["service_name"],
            "attributes": {"cote": "D"},
        },
    )


def _categories(stage: Stage) -> Iterator[Category]:
    teams = {team.slug: team for team in Team.objects.all()}
    for order, category in enumerate(CATEGORIES, start=1):
        made, _ = Category.objects.update_or_create(
            territory=stage.territory,
            slug=category.slug,
            defaults={
                "label_fr": category.label("fr"),
                "label_en": category.label("en"),
                "label_es": category.label("es"),
                "icon": category.icon,
                "street_only": names_homes(category.label("fr")),
                "promised_days": category.days,
                "team": teams.get(category.service),
                "keywords": _keywords(category.slug, [category.label(code) for code in ("fr", "en", "es")]),
                "order": order * 10,
            },
        )
        yield made


def _keywords(slug: str, names: list[str]) -> str:
    """Return the shortest of the house's seed words of a kind, in its three languages, as a clerk would have typed."""
    seeds = phrases_for([slug.replace("-", " "), *names])
    kept: list[str] = []
    for word in sorted(dict.fromkeys(seeds), key=lambda word: (len(word.split()), seeds.index(word))):
        if len(word.split()) <= MOST_WORDS and len(", ".join([*kept, word])) <= MOST_LETTERS:
            kept.append(word)
    return ", ".join(kept)


def _staff(stage: Stage, known: Mapping[str, UUID]) -> dict[str, UUID]:
    """Return the person of each member of staff who has an account here, by key."""
    cast = make_cast(stage.region)
    members: list[FictionStaff | FictionPerson] = [*cast.staff_of(stage.territory.slug), *cast.residents]
    return {member.key: known[member.email] for member in members if member.email in known}


def _whose(stage: Stage, report: FictionReport, staff: Mapping[str, UUID], known: Mapping[str, UUID]) -> UUID | None:
    """Return who reported: found by a clerk who answered, or by the account they had; else only a contact is known."""
    who = report.reporter
    if who is None or who.key in staff:
        return staff[who.key] if who else None
    joined = joined_at(who, stage.now)
    is_found = report.channel != "web" or (joined is not None and joined <= report.reported_at)
    return known.get(who.email) if is_found else None


def _past(
    stage: Stage,
    report: FictionReport,
    categories: dict[str, Category],
    staff: dict[str, UUID],
    person_id: UUID | None,
    district_id: UUID | None,
    with_photo: bool,
) -> PastIssue:
    lon, lat = report.point
    reporter = report.reporter
    ended = [event for event in report.events if event.kind in TO_STATUS]
    status = TO_STATUS[report.outcome] if report.outcome else _open_status(report)
    answer = ended[-1].text if ended else ""
    past = PastIssue(
        category=categories[report.category],
        description=report.text,
        lat=lat,
        lon=lon,
        address=_place(stage, report),
        reported_at=report.reported_at,
        channel=CHANNELS.get(report.channel, "web"),
        status=status,
        due_at=report.due_at,
        closed_at=report.closed_at,
        answer=(answer or "—") if report.outcome else "",  # one that was taken up again has none any more
        person_id=person_id,
        contact_name=reporter.name if reporter and not person_id else "",
        contact_email=reporter.email if reporter and not person_id else "",
        contact_phone=_e164(reporter.phone) if reporter and not person_id else "",
        language=report.language,
        district_id=district_id,
        is_text_public=with_photo,
        photos=[make_photo(report)] if with_photo else [],
    )
    _tell(past, report, staff)
    return past


def _open_status(report: FictionReport) -> Status:
    kinds = [event.kind for event in report.events]
    if "planned" in kinds:
        return Status.PLANNED
    return Status.ACCEPTED if {"seen", "assigned"} & set(kinds) else Status.REPORTED


def _place(stage: Stage, report: FictionReport) -> str:
    label = _labels(stage).get(report.address, "")
    return label or report.street


_kept: dict[int, dict[str, str]] = {}


def _labels(stage: Stage) -> dict[str, str]:
    """Return the addresses of the region by identifier, worked out once a region."""
    if id(stage.region) not in _kept:
        _kept.clear()
        _kept[id(stage.region)] = {address.id: address.label for address in stage.region.addresses}
    return _kept[id(stage.region)]


def _e164(number: str) -> str:
    digits = "".join(letter for letter in number if letter.isdigit())
    return f"+1{digits[-10:]}" if len(digits) >= 10 else ""


def _tell(past: PastIssue, report: FictionReport, staff: dict[str, UUID]) -> None:
    """Turn the dated events into steps of the case, messages and notes."""
    state = ""

    def step(event: ReportEvent, name: str) -> None:
        nonlocal state
        after = STATE_AFTER[name]
        past.steps.append(Step(event.at, name, staff.get(event.by), state, after))
        state = after

    for event in report.events:
        author = staff.get(event.by)
        if event.kind == "received":
            step(event, "opened")
        elif event.kind in {"seen", "assigned", "planned"} and state == "received":
            step(event, "started")
        elif event.kind in TO_STATUS:
            step(event, "closed")
        elif event.kind == "reopened":
            step(event, "reopened")
        elif event.kind == "rated":
            past.satisfaction = 1 if event.value in {"1", "2"} else 2 if event.value == "3" else 3
        if event.text and event.kind == "note":
            past.said.append(Said(event.at, event.text, author, internal=True))
        elif event.text and event.kind != "received":
            past.said.append(Said(event.at, event.text, author, from_staff=event.by != "reporter"))
