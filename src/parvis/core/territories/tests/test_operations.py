"""Territories and their ties: what is made, what is refused, and to whom."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from parvis.core.audit.models import Entry
from parvis.core.identity.tests.factories import MembershipFactory, PublicationFactory, TerritoryFactory, staff_actor
from parvis.core.tenancy.addresses import reserved_words
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.core.territories import operations, queries
from parvis.core.territories.models import Acceptance, Delegation, Publication
from parvis.lib.actor import Actor
from parvis.lib.errors import Conflict, Invalid, NotAllowed

NOW = datetime(2026, 6, 1, 14, 0, tzinfo=UTC)
SYSTEM = Actor.system(None)

pytestmark = pytest.mark.django_db


def events() -> list[str]:
    return list(Entry.objects.order_by("id").values_list("name", flat=True))


# -- the territory itself ------------------------------------------------------------------------------


def test_the_operator_adds_a_territory() -> None:
    made = operations.create_territory(actor=SYSTEM, slug="danville", name="Danville", population=4036)
    assert Territory.objects.get(slug="danville").population == 4036
    with use(territory=made):
        assert events() == ["territories.created"]


def test_nobody_else_adds_one(clerk: Actor) -> None:
    with pytest.raises(NotAllowed):
        operations.create_territory(actor=clerk, slug="danville", name="Danville")
    assert not Territory.objects.filter(slug="danville").exists()


@pytest.mark.parametrize("slug", ["bureau", "en", "mon-espace", "signalements", "compte", "api"])
def test_words_of_the_house_are_no_slugs(slug: str) -> None:
    assert slug in reserved_words()
    with pytest.raises(Invalid) as refused:
        operations.create_territory(actor=SYSTEM, slug=slug, name="Danville")
    assert refused.value.field == "slug"


def test_reserved_words_are_those_of_the_addresses_in_force(settings: Any) -> None:
    assert "compte" in reserved_words()
    settings.ROOT_URLCONF = "parvis.core.ui.tests.addresses"
    assert "compte" not in reserved_words()


def test_two_towns_of_one_name_need_two_slugs() -> None:
    operations.create_territory(actor=SYSTEM, slug="sainte-sophie", name="Sainte-Sophie")
    with pytest.raises(Conflict, match="add its region"):
        operations.create_territory(actor=SYSTEM, slug="sainte-sophie", name="Sainte-Sophie")
    operations.create_territory(actor=SYSTEM, slug="sainte-sophie-arthabaska", name="Sainte-Sophie")


@pytest.mark.parametrize("slug", ["Danville", "1danville", "dan ville", "é", ""])
def test_a_slug_has_a_form(slug: str) -> None:
    with pytest.raises(ValidationError):
        operations.create_territory(actor=SYSTEM, slug=slug, name="Danville")


# -- ties ----------------------------------------------------------------------------------------------

Tie = Callable[[Actor, Territory, Territory], object]


def accept_news(actor: Actor, town: Territory, body: Territory) -> object:
    """Accept what is there to accept: the body publishes its news, the town belongs to it."""
    if not queries.publishers(town.pk, "news").exists():
        MembershipFactory(territory=town, body=body)
        PublicationFactory(territory=body, kind="news")
    return operations.accept(actor=actor, territory=town, publisher=body, kind="news", now=NOW)


TIES: dict[str, Tie] = {
    "join": lambda actor, town, body: operations.join(actor=actor, territory=town, body=body, now=NOW),
    "delegate": lambda actor, town, body: operations.delegate(
        actor=actor, territory=town, to=body, service="issues", now=NOW
    ),
    "publish": lambda actor, town, body: operations.publish(actor=actor, territory=town, kind="agenda", now=NOW),
    "accept": accept_news,
}


@pytest.mark.parametrize("tie", TIES.values(), ids=TIES)
def test_a_tie_is_made_once(tie: Tie, territory: Territory, region: Territory, clerk: Actor) -> None:
    assert tie(clerk, territory, region) == tie(clerk, territory, region)
    assert len(events()) == 1


@pytest.mark.parametrize("tie", TIES.values(), ids=TIES)
def test_residents_neighbours_and_visitors_tie_nothing(
    tie: Tie, territory: Territory, region: Territory, resident: Actor, neighbour_clerk: Actor, visitor: Actor
) -> None:
    limited = staff_actor(territory, "issues.resolve")
    for wrong in (resident, neighbour_clerk, visitor, limited, staff_actor(region)):
        with pytest.raises(NotAllowed):
            tie(wrong, territory, region)
    assert events() == []
    assert not Delegation.objects.exists()
    assert not Acceptance.objects.exists()
    assert not Publication.objects.exists()


def test_what_ends_ends_once(territory: Territory, region: Territory, clerk: Actor) -> None:
    membership = operations.join(actor=clerk, territory=territory, body=region, now=NOW)
    delegation = operations.delegate(actor=clerk, territory=territory, to=region, service="issues", now=NOW)
    PublicationFactory(territory=region, kind="news")
    acceptance = operations.accept(actor=clerk, territory=territory, publisher=region, kind="news", now=NOW)
    publication = operations.publish(actor=clerk, territory=territory, kind="map", now=NOW)
    later = NOW.replace(hour=15)
    for _again in range(2):
        operations.leave(actor=clerk, membership=membership, now=later)
        operations.end_delegation(actor=clerk, delegation=delegation, now=later)
        operations.end_acceptance(actor=clerk, acceptance=acceptance, now=later)
        operations.end_publication(actor=clerk, publication=publication, now=later)
    ended = ["left", "delegation_ended", "acceptance_ended", "publication_ended"]
    assert events()[4:] == [f"territories.{name}" for name in ended]
    assert not queries.bodies_of(territory.pk).exists()
    assert not queries.delegations_to(region.pk, "issues").exists()
    assert not queries.acceptances_by(territory.pk).exists()


def test_the_wrong_person_ends_nothing(
    territory: Territory, region: Territory, clerk: Actor, resident: Actor, neighbour_clerk: Actor
) -> None:
    membership = operations.join(actor=clerk, territory=territory, body=region, now=NOW)
    delegation = operations.delegate(actor=clerk, territory=territory, to=region, service="issues", now=NOW)
    PublicationFactory(territory=region, kind="news")
    acceptance = operations.accept(actor=clerk, territory=territory, publisher=region, kind="news", now=NOW)
    publication = operations.publish(actor=clerk, territory=territory, kind="map", now=NOW)
    later = NOW.replace(hour=15)
    for wrong in (resident, neighbour_clerk, staff_actor(region)):
        with pytest.raises(NotAllowed):
            operations.leave(actor=wrong, membership=membership, now=later)
        with pytest.raises(NotAllowed):
            operations.end_delegation(actor=wrong, delegation=delegation, now=later)
        with pytest.raises(NotAllowed):
            operations.end_acceptance(actor=wrong, acceptance=acceptance, now=later)
        with pytest.raises(NotAllowed):
            operations.end_publication(actor=wrong, publication=publication, now=later)
    assert queries.publications_by(territory.pk).exists()
    assert queries.bodies_of(territory.pk).get() == region
    assert queries.delegations_to(region.pk, "issues").exists()
    assert queries.acceptances_by(territory.pk).exists()


def test_only_towns_join_and_only_regional_bodies_are_joined(
    territory: Territory, neighbour: Territory, region: Territory, clerk: Actor
) -> None:
    with pytest.raises(Invalid):
        operations.join(actor=clerk, territory=territory, body=neighbour, now=NOW)
    with use(territory=region), pytest.raises(Invalid):
        operations.join(actor=staff_actor(region), territory=region, body=region, now=NOW)


def test_a_service_must_exist_and_nobody_is_tied_to_itself(
    territory: Territory, region: Territory, clerk: Actor
) -> None:
    with pytest.raises(Invalid):
        operations.delegate(actor=clerk, territory=territory, to=region, service="magie", now=NOW)
    with pytest.raises(Invalid):
        operations.publish(actor=clerk, territory=territory, kind="magie", now=NOW)
    with pytest.raises(Invalid):
        operations.delegate(actor=clerk, territory=territory, to=territory, service="issues", now=NOW)


def test_members_are_listed_the_largest_first(region: Territory) -> None:
    small, large = TerritoryFactory(population=214), TerritoryFactory(population=6906)
    for town in (small, large):
        operations.join(actor=Actor.system(town.pk), territory=town, body=region, now=NOW)
    assert list(queries.members_of(region.pk)) == [large, small]
