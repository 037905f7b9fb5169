"""The demo hands over what fits who receives it, the ministry among them."""

import pytest

from parvis.core.cases.models import HandOver, Side
from parvis.core.identity.models import Organisation, OrganisationKind, OrganisationMember
from parvis.core.identity.tests.factories import MembershipFactory, PersonFactory
from parvis.core.registry.stage import Stage
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.fiction.people import make_cast
from parvis.lib.fiction.region import make_region
from parvis.modules.issues import operations
from parvis.modules.issues.demo.partners import hand_over
from parvis.modules.issues.models import Issue

from .factories import NOW, CategoryFactory, make_issue

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def fiction():
    return make_region()


@pytest.fixture
def stage(fiction, territory: Territory) -> Stage:
    """Henri's town, without anything."""
    slug = make_cast(fiction).resident("henri").municipality
    Territory.objects.filter(pk=territory.pk).update(slug=slug)
    territory.slug = slug
    return Stage(territory, fiction, next(town for town in fiction.municipalities if town.slug == slug), NOW)


def reported(stage: Stage, kind: str, address: str = "12, rue du Moulin") -> Issue:
    issue = make_issue(category=CategoryFactory(slug=kind))
    Issue.objects.filter(pk=issue.pk).update(address=address)
    return operations.accept_issue(actor=Actor.system(stage.territory.pk), issue=issue, now=NOW)


def given_to() -> dict[str, str]:
    rows = HandOver.objects.filter(side=Side.SENT).select_related("case")
    kinds = dict(Issue.objects.values_list("case_id", "category__slug"))
    return {row.partner_name: kinds[row.case_id] for row in rows}


def test_each_partner_gets_what_is_its_own_to_see_to(stage: Stage, region: Territory) -> None:
    MembershipFactory(territory=stage.territory, body=region)
    provincial = next(
        street.name
        for street in stage.region.streets
        if street.municipality == stage.territory.slug and street.kind == "provincial"
    )
    reported(stage, "nid-de-poule", f"3, {provincial}")
    for kind in ("barrage-castor", "ponceau", "piste-cyclable", "chien-errant"):
        reported(stage, kind)
    henri = PersonFactory()
    with use(territory=stage.territory):
        hand_over(stage, {"henri": henri.pk})
    assert given_to() == {
        "Ministère des Routes (fictif)": "nid-de-poule",
        region.name: "barrage-castor",
        "Excavation Beaulac": "ponceau",
        "Atelier Ndiaye": "piste-cyclable",
    }
    assert Organisation.objects.get(slug="ministere-des-routes-fictif").kind == OrganisationKind.PUBLIC
    assert OrganisationMember.objects.get().person_id == henri.pk


def test_nothing_is_handed_over_when_nothing_fits(stage: Stage, region: Territory) -> None:
    MembershipFactory(territory=stage.territory, body=region)
    reported(stage, "chien-errant")
    reported(stage, "nid-de-poule", "12, rue qui n'est à personne d'autre")
    with use(territory=stage.territory):
        hand_over(stage, {"henri": PersonFactory().pk})
    assert not HandOver.objects.exists()
