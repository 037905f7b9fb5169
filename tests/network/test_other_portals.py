"""What another territory publishes stands in our calendar, on our map and in our search, marked; else it is not there.

Through the pages, as everyone reads them. The wall itself is tried in ``core/territories/tests/test_network.py``.
"""

import json
from collections.abc import Callable
from datetime import timedelta

import icalendar
import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from parvis.core.content.models import GuidePage, NewsPage
from parvis.core.content.operations import ensure_territory_content
from parvis.core.content.tests.factories import make_guide, make_news
from parvis.core.geo.models import Place
from parvis.core.identity.models import OrganisationStatus
from parvis.core.identity.tests.factories import (
    AcceptanceFactory,
    DelegationFactory,
    OrganisationFactory,
    show,
)
from parvis.core.portal import agenda, layers, operations, search
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import set_switch
from parvis.core.territories.models import Kind
from parvis.modules.issues.tests.factories import CategoryFactory, make_issue

pytestmark = pytest.mark.django_db
WINDOW = {"bbox": "-73,45,-71,46", "zoom": "12"}
Page = Callable[..., str]


@pytest.fixture
def fair(territory: Territory, region: Territory) -> NewsPage:
    """A regional fair in three days."""
    ensure_territory_content(territory)
    ensure_territory_content(region)
    return make_news(region, "Fête des récoltes", starts_at=timezone.now() + timedelta(days=3), place="Place du marché")


@pytest.fixture
def guide(territory: Territory, region: Territory) -> GuidePage:
    """A regional guide, and two organisations of which one wants to be known by the neighbours."""
    ensure_territory_content(territory)
    ensure_territory_content(region)
    page = make_guide(region, "Transport adapté", keywords="paratransit")
    decided = {"status": OrganisationStatus.ADMITTED, "decided_at": timezone.now(), "territory": region}
    OrganisationFactory(name="Popote roulante", is_shared=True, **decided)
    OrganisationFactory(name="Popote secrète", is_shared=False, **decided)
    with use(territory=region):
        Place.objects.create(
            kind="hospital", name="Hôpital de la Vallée", search_key="hopital", lat=45.8, lon=-71.9, source_id="h"
        )
        operations.reindex_all()
    return page


@pytest.fixture
def page(client: Client, territory: Territory) -> Page:
    """What a visitor reads under an address of the town."""

    def read(path: str, /, **query: str) -> str:
        return client.get(f"/{territory.slug}/{path}", query, headers={"host": "localhost"}).content.decode()

    return read


# -- calendar --------------------------------------------------------------------------------------------------------


def test_a_calendar_shows_what_was_accepted_with_whose_it_is(
    fair: NewsPage, territory: Territory, region: Territory, page: Page
) -> None:
    assert "Fête des récoltes" not in page("agenda/")
    show(region, "agenda")
    for path in ("agenda/", ""):
        text = page(path)
        assert "Fête des récoltes" in text
        assert escape(region.name) in text
        assert f'href="/{region.slug}/nouvelles/{fair.slug}/"' in text, "it leads to the page of who runs it"
    assert f"/en/{region.slug}/nouvelles/" in Client().get(f"/en/{territory.slug}/agenda/").content.decode()
    [event] = icalendar.Calendar.from_ical(page("agenda.ics")).walk("VEVENT")
    assert region.name in str(event["summary"])
    assert f"@{region.slug}." in str(event["uid"])
    assert str(event["url"]).endswith(f"/{region.slug}/nouvelles/{fair.slug}/")


def test_who_accepted_the_news_only_has_no_entry(fair: NewsPage, region: Territory, page: Page) -> None:
    show(region, "news", "map", "services")
    assert "Fête des récoltes" not in page("agenda/")
    assert "Fête des récoltes" not in page("agenda.ics")
    assert "Fête des récoltes" in page(""), "as news, on the home page"


def test_a_neighbour_outside_the_region_reads_nothing(
    fair: NewsPage, guide: GuidePage, neighbour: Territory, region: Territory
) -> None:
    for kind in Kind.values:
        AcceptanceFactory(territory=neighbour, publisher=region, kind=kind)
    for path in ("", "agenda/", "agenda.ics", "recherche/?q=transport", "recherche/?q=hopital"):
        text = Client().get(f"/{neighbour.slug}/{path}").content.decode()
        assert not any(word in text for word in ("récoltes", "Transport adapté", "Hôpital"))


def test_a_calendar_of_ones_own_stays_ones_own(fair: NewsPage, region: Territory, territory: Territory) -> None:
    show(region, "agenda")
    now = timezone.now()
    with use(territory=region):
        assert [entry.origin for entry in agenda.entries(now, now + timedelta(days=9))] == [None]
    assert [entry.origin for entry in agenda.entries(now, now + timedelta(days=9))] == [region]


# -- map -------------------------------------------------------------------------------------------------------------


def features(client: Client, town: Territory, layer: str) -> list[dict]:
    return json.loads(client.get(f"/{town.slug}/carte/couche/{layer}", WINDOW).content)["features"]


def test_a_map_shows_accepted_layers_with_whose_they_are(
    guide: GuidePage, client: Client, territory: Territory, region: Territory
) -> None:
    Place.objects.create(kind="park", name="Parc", search_key="parc", lat=45.81, lon=-71.9, source_id="p")
    assert [f["properties"]["label"] for f in features(client, territory, "places")] == ["Parc"]
    show(region, "map")
    ours, theirs = features(client, territory, "places")
    assert (ours["properties"]["label"], ours["properties"]["origin"]) == ("Parc", "")
    assert (theirs["properties"]["label"], theirs["properties"]["origin"]) == ("Hôpital de la Vallée", region.name)
    assert region.name in theirs["properties"]["hint"]
    assert theirs["id"].startswith(f"{region.slug}:")
    assert [f["properties"]["origin"] for f in features(client, region, "places")] == [""]


def test_a_layer_that_is_only_theirs_says_so(territory: Territory, region: Territory) -> None:
    set_switch(module="issues", is_on=False)
    assert "issues" not in {layer.entry.name for layer in layers.layers()}
    show(region, "map")
    assert region.name in layers.layer_of("issues").label


def test_a_hidden_report_is_lent_to_nobody(client: Client, territory: Territory, region: Territory) -> None:
    show(region, "map")
    with use(territory=region):
        category = CategoryFactory()
        seen, hidden = make_issue(category=category), make_issue(category=category)
        type(hidden).objects.filter(pk=hidden.pk).update(is_hidden=True)
    [feature] = features(client, territory, "issues")
    assert feature["properties"]["url"] == f"/{region.slug}/signalements/{seen.code}"


# -- search ----------------------------------------------------------------------------------------------------------


def test_one_field_finds_the_regions_pages_places_and_organisations(
    guide: GuidePage, region: Territory, page: Page
) -> None:
    words = {
        "paratransit": "Transport adapté",
        "hopital": "Hôpital de la Vallée",
        "popote": "Popote roulante",
    }
    for asked, found in words.items():
        assert found not in page("recherche/", q=asked)
    show(region, "services")
    for asked, found in words.items():
        text = page("recherche/", q=asked)
        assert found in text, asked
        assert escape(region.name) in text
    assert f'href="/{region.slug}/guides/{guide.slug}/"' in page("recherche/", q="paratransit")
    assert "Popote secrète" not in page("recherche/", q="popote"), "it did not ask to be known here"
    with use(territory=region):
        assert len(search.search(region, "popote").documents) == 2


def test_a_service_that_only_the_region_runs_is_found_and_stands_on_the_home_page(
    territory: Territory, region: Territory, page: Page
) -> None:
    there = f'href="/{region.slug}/signalements/nouveau"'
    set_switch(module="issues", is_on=False)
    assert "signalements" not in page("")
    show(region, "services")
    for text in (page(""), page("recherche/", q="nid-de-poule"), page("plan-du-site/")):
        assert there in text
        assert escape(region.name) in text
    set_switch(module="issues", is_on=True)
    assert there not in page(""), "we run it ourselves"
    with use(territory=region):
        set_switch(module="issues", is_on=False)
    set_switch(module="issues", is_on=False)
    assert there not in page(""), "nobody runs it"


# -- delegation ------------------------------------------------------------------------------------------------------


def test_the_delegate_shows_what_it_handles_for_a_member(
    client: Client, territory: Territory, neighbour: Territory, region: Territory
) -> None:
    category = CategoryFactory(keywords="ornières")
    report = make_issue(category=category, address="12, rue Basse")
    with use(territory=neighbour):
        make_issue(category=CategoryFactory(), address="Chez le voisin")
    ensure_territory_content(territory)
    make_guide(territory, "Ornières et dégel", keywords="ornières")
    operations.reindex_all()
    assert features(client, region, "issues") == []
    delegation = DelegationFactory(delegate=region, service="issues")
    [feature] = features(client, region, "issues")
    assert feature["properties"]["url"] == f"/{territory.slug}/signalements/{report.code}"
    assert feature["properties"]["origin"] == territory.name
    with use(territory=region):
        [hit] = search.search(region, "ornières").documents
    assert (hit.origin, hit.url) == (territory.name, f"/{territory.slug}/signalements/{report.code}")
    listed = client.get(f"/{region.slug}/signalements/").content.decode()
    assert f'href="/{territory.slug}/signalements/"' in listed
    assert f"/{neighbour.slug}/" not in listed
    type(delegation)._base_manager.filter(pk=delegation.pk).update(ends_at=timezone.now())
    assert features(client, region, "issues") == []
