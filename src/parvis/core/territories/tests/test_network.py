"""What a regional body publishes reaches the members that accept it, marked with who runs it; nothing else does."""

from datetime import UTC, datetime

import pytest
from django.db import Error, transaction
from django.test import Client
from django.utils.html import escape

from parvis.core.content import queries as content
from parvis.core.content.models import NewsPage
from parvis.core.content.operations import ensure_territory_content
from parvis.core.content.tests.factories import make_news
from parvis.core.identity.models import Organisation
from parvis.core.identity.tests.factories import AcceptanceFactory, OrganisationFactory
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Territory
from parvis.core.territories import operations
from parvis.lib.actor import Actor

NOW = datetime(2026, 6, 1, 14, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def news(territory: Territory, neighbour: Territory, region: Territory) -> dict[str, NewsPage]:
    """A piece of news of each, and a draft of the region's."""
    for town in (territory, neighbour, region):
        ensure_territory_content(town)
    return {
        "ours": make_news(territory, "Marché samedi", published_on=NOW.date()),
        "next door": make_news(neighbour, "Chez le voisin", published_on=NOW.date()),
        "regional": make_news(region, "Écocentre ouvert", published_on=NOW.date()),
        "draft": make_news(region, "Pas encore dit", published_on=NOW.date(), live=False),
    }


def test_without_acceptance_only_our_own_is_shown(news: dict[str, NewsPage]) -> None:
    assert [page.title for page in content.latest_news(9)] == ["Marché samedi"]


def test_what_was_accepted_is_shown_with_who_runs_it(
    news: dict[str, NewsPage], territory: Territory, region: Territory, client: Client
) -> None:
    AcceptanceFactory(publisher=region, service="content")
    shown = {page.title: page for page in content.latest_news(9)}
    assert set(shown) == {"Marché samedi", "Écocentre ouvert"}, "neither a draft nor what was not accepted"
    assert shown["Écocentre ouvert"].run_by == region
    assert shown["Marché samedi"].run_by is None
    page = client.get(f"/{territory.slug}/").content.decode()
    assert "Écocentre ouvert" in page
    assert f"/{region.slug}/nouvelles/" in page, "it leads to who runs it"
    assert page.count(escape(region.name)) >= 1
    assert "Pas encore dit" not in page


def test_what_is_accepted_no_more_is_gone(news: dict[str, NewsPage], territory: Territory, region: Territory) -> None:
    acting = Actor.system(territory.pk)
    accepted = operations.accept(actor=acting, territory=territory, publisher=region, service="content", now=NOW)
    assert len(content.latest_news(9)) == 2
    operations.end_acceptance(actor=acting, acceptance=accepted, now=NOW)
    assert len(content.latest_news(9)) == 1


def test_an_acceptance_of_another_service_opens_nothing(news: dict[str, NewsPage], region: Territory) -> None:
    AcceptanceFactory(publisher=region, service="issues")
    assert [page.title for page in content.latest_news(9)] == ["Marché samedi"]


def test_the_publisher_sees_nothing_of_the_member(news: dict[str, NewsPage], region: Territory) -> None:
    AcceptanceFactory(publisher=region, service="content")
    with use(territory=region):
        assert [page.title for page in content.latest_news(9)] == ["Écocentre ouvert"]


def test_shared_rows_are_read_in_scope_network_only(territory: Territory, region: Territory) -> None:
    AcceptanceFactory(publisher=region, service="identity")
    ours = OrganisationFactory(name="Le nôtre", is_shared=True)
    shared = OrganisationFactory(territory=region, name="Partagé", is_shared=True)
    OrganisationFactory(territory=region, name="Gardé", is_shared=False)
    assert set(Organisation.objects.all()) == {ours}, "work lists hold our own rows only"
    with use(scope=Scope.NETWORK):
        assert set(Organisation.objects.all()) == {ours, shared}


def test_shared_is_not_lent_for_writing(territory: Territory, region: Territory) -> None:
    AcceptanceFactory(publisher=region, service="identity")
    shared = OrganisationFactory(territory=region, name="Partagé", is_shared=True)
    with use(scope=Scope.NETWORK):
        assert Organisation.objects.filter(pk=shared.pk).update(name="Pris") == 0
        with pytest.raises(Error), transaction.atomic():
            Organisation.objects.create(territory=region, slug="x", name="x", kind="business")
    with use(territory=region):
        assert Organisation.objects.get(pk=shared.pk).name == "Partagé"
