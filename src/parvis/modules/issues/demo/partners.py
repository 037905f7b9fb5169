"""What the demo region's towns have handed over: to the MRC, the ministry, a contractor and a workshop."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.text import slugify

from parvis.core.cases.operations import hand_over_case
from parvis.core.identity.models import (
    MemberRole,
    Organisation,
    OrganisationKind,
    OrganisationMember,
    OrganisationStatus,
)
from parvis.core.registry.stage import Stage
from parvis.core.tenancy.models import Territory, TerritoryKind
from parvis.core.territories.queries import bodies_of
from parvis.lib.actor import Actor
from parvis.lib.fiction.people import make_cast
from parvis.lib.plain import key
from parvis.modules.issues.models import Issue
from parvis.modules.issues.workflow import Status

OPEN = (Status.ACCEPTED, Status.PLANNED)
MINISTRY = {
    "name": "Ministère des Routes (fictif)",
    "kind": OrganisationKind.PUBLIC,
    "description": "Entretient les routes numérotées et les rues principales qui en sont le prolongement (fictif).",
    "email": "signalements@ministere-des-routes.example",
}
DIGGER = {
    "name": "Excavation Beaulac",
    "kind": OrganisationKind.CONTRACTOR,
    "description": "Fossés, ponceaux et excavation (entreprise fictive).",
    "email": "bureau@excavation-beaulac.example",
}
"""These two have nobody here: they are told by mail and answer by their link."""
WORKSHOP = {
    "name": "Atelier Ndiaye",
    "kind": OrganisationKind.BUSINESS,
    "description": "Réparation de vélos et petits travaux de métal (entreprise fictive).",
}


class Partner(NamedTuple):
    """Who takes reports over: of which kinds, the likeliest first, on which streets (None: on all), and why."""

    to: Territory | Organisation
    kinds: tuple[str, ...]
    reason: str
    streets: frozenset[str] | None = None


def hand_over(stage: Stage, staff: Mapping[str, UUID]) -> None:
    """Hand to each partner one open report that is its own to see to; none where no such report is open."""
    rows = Issue.objects.select_related("case", "category").filter(status__in=OPEN).order_by("-reported_at")
    left = list(rows)
    for partner in _partners(stage, staff):
        issue = next(_fitting(left, partner), None)
        if issue is not None:
            left.remove(issue)
            system = Actor.system(stage.territory.pk)
            hand_over_case(actor=system, case=issue.case, to=partner.to, reason=partner.reason, now=stage.now)


def _fitting(issues: list[Issue], partner: Partner) -> Iterator[Issue]:
    for kind in partner.kinds:
        of_kind = (issue for issue in issues if issue.category.slug == kind)
        yield from (issue for issue in of_kind if partner.streets is None or _is_on(issue, partner.streets))


def _is_on(issue: Issue, streets: frozenset[str]) -> bool:
    address = f" {key(issue.address)} "
    return any(f" {key(street)} " in address for street in streets)


def _partners(stage: Stage, staff: Mapping[str, UUID]) -> Iterator[Partner]:
    slug = stage.territory.slug
    streets = [street for street in stage.region.streets if street.municipality == slug]
    provincial = frozenset(street.name for street in streets if street.kind == "provincial")
    yield Partner(
        _organisation(stage, MINISTRY),
        ("nid-de-poule", "chaussee", "glace", "deneigement"),
        "Cette route est entretenue par le ministère : c'est à lui d'y voir.",
        provincial,
    )
    body = bodies_of(stage.territory.pk).filter(kind=TerritoryKind.REGIONAL).first()
    if body is not None:
        reason = "Les cours d'eau relèvent de la MRC : c'est à elle d'y voir."
        yield Partner(body, ("barrage-castor", "inondation", "ponceau"), reason)
    reason = "Le fossé ou le ponceau est à refaire : dites-nous quand vous pouvez passer."
    yield Partner(_organisation(stage, DIGGER), ("ponceau",), reason)
    if make_cast(stage.region).resident("henri").municipality == slug:
        workshop = _organisation(stage, WORKSHOP, staff["henri"])
        yield Partner(workshop, ("parc", "piste-cyclable"), "Pourriez-vous réparer cela cette semaine?")


def _organisation(stage: Stage, said: Mapping[str, Any], owner: UUID | None = None) -> Organisation:
    """Return an organisation that the town has admitted, with one member or nobody."""
    decided = {"status": OrganisationStatus.ADMITTED, "asked_at": stage.now, "decided_at": stage.now}
    here = {"territory_id": stage.territory.pk}
    found, _ = Organisation.objects.get_or_create(slug=slugify(said["name"]), **here, defaults={**said, **decided})
    if owner is not None:
        seat = {"role": MemberRole.ADMINISTRATOR, "starts_at": stage.now}
        OrganisationMember.objects.get_or_create(organisation=found, person_id=owner, **here, defaults=seat)
    return found
