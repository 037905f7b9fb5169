"""Eighteen months of reports in the demo region, as people write them, with what the staff did about each."""

from collections.abc import Iterator
from uuid import UUID

from parvis.core.cases.operations import hand_over_case
from parvis.core.geo import districts
from parvis.core.identity.models import (
    MemberRole,
    Organisation,
    OrganisationKind,
    OrganisationMember,
    OrganisationStatus,
    Person,
    Team,
)
from parvis.core.registry.stage import Stage
from parvis.core.tenancy.models import Territory, TerritoryKind
from parvis.core.territories.queries import bodies_of
from parvis.lib.actor import Actor
from parvis.lib.fiction.people import FictionPerson, FictionStaff, make_cast
from parvis.lib.fiction.reports import CATEGORIES, FictionReport, ReportEvent, make_photo, make_reports

from .history import PastIssue, Said, Step, import_history
from .models import Category, Issue
from .workflow import Status

PHOTOS = 8  # a territory's most recent reports keep their photo: enough to look at, quick to load
SEED = 3
TO_STATUS = {
    "resolved": Status.RESOLVED,
    "duplicate": Status.DECLINED,
    "transferred": Status.DECLINED,
    "refused": Status.DECLINED,
    "withdrawn": Status.DECLINED,
}
STATE_AFTER = {"opened": "received", "started": "open", "closed": "closed", "reopened": "open"}
CHANNELS = {"web": "web", "app": "web", "phone": "phone", "counter": "counter", "email": "mail", "mail": "mail"}


def load(stage: Stage) -> None:
    """Set the categories of a territory and, for a municipality, its reports."""
    categories = {category.slug: category for category in _categories(stage)}
    if stage.municipality is None:
        return
    reports = list(make_reports(stage.region, stage.territory.slug, SEED, stage.now))
    with_photo = {report.key for report in [r for r in reports if r.photo][-PHOTOS:]}
    staff = _staff(stage)
    district_of = districts.locator(stage.territory)
    past = (
        _past(stage, report, categories, staff, district_of(report.point[1], report.point[0]), report.key in with_photo)
        for report in reports
    )
    import_history(actor=Actor.system(stage.territory.pk), territory=stage.territory, past=past, now=stage.now)
    _hand_over(stage, staff)


def _hand_over(stage: Stage, staff: dict[str, UUID]) -> None:
    """Hand one open report to the regional body and, where Henri lives, one to his workshop."""
    rows = Issue.objects.select_related("case", "category").filter(status=Status.ACCEPTED).order_by("-reported_at")
    waiting, body = list(rows[:2]), bodies_of(stage.territory.pk).filter(kind=TerritoryKind.REGIONAL).first()
    henri = make_cast(stage.region).resident("henri")
    partners: list[tuple[Territory | Organisation, str]] = []
    if body is not None:
        partners.append((body, "Ce tronçon est une route régionale : c'est à la MRC d'y voir."))
    if henri.municipality == stage.territory.slug:
        partners.append((_workshop(stage, staff["henri"]), "Pourriez-vous réparer cela cette semaine ?"))
    for issue, (to, reason) in zip(waiting, partners, strict=False):
        hand_over_case(actor=Actor.system(stage.territory.pk), case=issue.case, to=to, reason=reason, now=stage.now)


def _workshop(stage: Stage, owner: UUID) -> Organisation:
    workshop, _ = Organisation.objects.get_or_create(
        territory_id=stage.territory.pk,
        slug="atelier-ndiaye",
        defaults={
            "name": "Atelier Ndiaye",
            "kind": OrganisationKind.BUSINESS,
            "status": OrganisationStatus.ADMITTED,
            "description": "Réparation de vélos et petits travaux de métal (entreprise fictive).",
            "asked_at": stage.now,
            "decided_at": stage.now,
        },
    )
    OrganisationMember.objects.get_or_create(
        territory_id=stage.territory.pk,
        organisation=workshop,
        person_id=owner,
        defaults={"role": MemberRole.ADMINISTRATOR, "starts_at": stage.now},
    )
    return workshop


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
                "promised_days": category.days,
                "team": teams.get(category.service),
                "order": order * 10,
            },
        )
        yield made


def _staff(stage: Stage) -> dict[str, UUID]:
    """Return the person of each member of staff who has an account here, by key."""
    known = dict(Person.objects.exclude(email="").values_list("email", "pk"))
    cast = make_cast(stage.region)
    members: list[FictionStaff | FictionPerson] = [*cast.staff_of(stage.territory.slug), *cast.residents]
    return {member.key: known[member.email] for member in members if member.email in known}


def _past(
    stage: Stage,
    report: FictionReport,
    categories: dict[str, Category],
    staff: dict[str, UUID],
    district_id: UUID | None,
    with_photo: bool,
) -> PastIssue:
    lon, lat = report.point
    reporter = report.reporter
    person_id = staff.get(reporter.key) if reporter else None
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
