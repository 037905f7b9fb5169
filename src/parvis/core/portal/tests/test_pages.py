"""Home, search, map, calendar, my space."""

import pytest
from django.test import Client

from parvis.core.identity.models import Person
from parvis.core.identity.tests.factories import TerritoryFactory, sign_in, staff_actor
from parvis.core.portal import layers, operations, rules, search
from parvis.core.portal.models import SearchDocument
from parvis.core.registry.entries import Document, SearchSource
from parvis.core.registry.module import Module
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import set_switch
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, NotFound

pytestmark = pytest.mark.django_db
MODULE = Module(name="portal", label="Essai")


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": "localhost"})


def index(*documents: Document) -> None:
    operations.reindex(MODULE, SearchSource("essai", "Essais", lambda: documents))


@pytest.mark.parametrize("path", ["", "recherche/?q=neige", "carte/", "agenda/", "agenda.ics", "plan-du-site/"])
@pytest.mark.parametrize("prefix", ["", "/en", "/es"])
def test_every_page_answers_in_an_empty_town(client: Client, territory: Territory, path: str, prefix: str) -> None:
    assert client.get(f"{prefix}/{territory.slug}/{path}").status_code == 200


def test_the_door_lists_the_towns(client: Client, territory: Territory) -> None:
    TerritoryFactory(slug="cachee", name="Cachée", is_listed=False)
    text = client.get("/").content.decode()
    assert territory.name in text
    assert "Cachée" not in text


@pytest.mark.parametrize(
    ("come_from", "wanted", "led_to"),
    [
        ("none", "es-MX,es;q=0.9,en;q=0.8", "/es/"),
        ("cross-site", "en-CA,fr;q=0.8", "/en/"),
        ("none", "fr-CA,en;q=0.5", ""),
        ("none", "de", ""),
        ("same-origin", "en", ""),  # who chose French here stays with it
        (None, "en", ""),  # a robot, or a browser that does not say
    ],
)
def test_the_door_opens_in_the_language_of_who_arrives(
    client: Client, territory: Territory, come_from: str | None, wanted: str, led_to: str
) -> None:
    said = {"Accept-Language": wanted} | ({"Sec-Fetch-Site": come_from} if come_from else {})
    answer = client.get("/", headers=said)
    assert (answer.status_code, answer.headers.get("Location", "")) == ((302, led_to) if led_to else (200, ""))
    assert "Accept-Language" in answer.headers["Vary"]
    assert client.get(f"/{territory.slug}/", headers=said).status_code == 200


def test_all_pages_are_listed_unless_they_are_switched_off(client: Client, territory: Territory) -> None:
    address = f"/{territory.slug}/plan-du-site/"
    listed = client.get(address).content.decode()
    for path in ("organismes/", "signalements/", "signalements/delais/"):
        assert f'href="/{territory.slug}/{path}"' in listed
    with use(territory=territory):
        set_switch(module="issues", is_on=False)
    assert f'href="/{territory.slug}/signalements/delais/"' not in client.get(address).content.decode()


def test_the_search_never_crosses_the_border(territory: Territory, neighbour: Territory) -> None:
    with use(territory=neighbour):
        index(Document("1", "Secret du voisin", "/secret/"))
    assert search.search(territory, "secret du voisin").documents == []
    with use(territory=neighbour):
        assert len(search.search(neighbour, "secret du voisin").documents) == 1


def test_hostile_words_are_only_words(client: Client, territory: Territory) -> None:
    for asked in ("'; DROP TABLE x; --", "<script>alert(1)</script>", "%%%", "a" * 5000, "\\", "é" * 50):
        page = client.get(f"/{territory.slug}/recherche/", {"q": asked})
        assert page.status_code == 200
        assert "<script>alert" not in page.content.decode()


def test_an_index_is_written_again_not_doubled(territory: Territory) -> None:
    for _ in range(2):
        index(Document("1", "Une seule", "/x/"))
    assert SearchDocument.objects.count() == 1


def test_the_map_answers_its_layers(client: Client, territory: Territory) -> None:
    data = client.get(f"/{territory.slug}/carte/couches.json").json()
    assert {"issues", "places"} <= {layer["name"] for layer in data["layers"]}
    answer = client.get(f"/{territory.slug}/carte/couche/issues?bbox=-73,45,-71,46&zoom=12")
    assert answer.headers["Content-Type"] == "application/geo+json"
    assert answer.json()["features"] == []


@pytest.mark.parametrize("bbox", ["", "1,2,3", "a,b,c,d", "10,10,0,0", "-999,0,0,0", "nan,0,1,1"])
def test_a_wrong_window_is_refused(client: Client, territory: Territory, bbox: str) -> None:
    with pytest.raises(Invalid):
        layers.read_window(bbox, "12")
    assert client.get(f"/{territory.slug}/carte/couche/issues", {"bbox": bbox}).status_code == 422


def test_an_unknown_layer_is_not_found(territory: Territory) -> None:
    with pytest.raises(NotFound):
        layers.layer_of("rien")


def test_my_space_needs_somebody(client: Client, territory: Territory, resident: Actor) -> None:
    assert client.get(f"/{territory.slug}/mon-espace/").status_code == 302
    sign_in(client, Person.objects.get(pk=resident.person_id))
    page = client.get(f"/{territory.slug}/mon-espace/")
    assert page.status_code == 200
    assert territory.name in page.content.decode()


def test_only_staff_see_adoption(territory: Territory, resident: Actor, neighbour_clerk: Actor) -> None:
    assert rules.can_see_adoption(staff_actor(territory, "issues.work"))
    assert not rules.can_see_adoption(resident)
    with use(territory=territory):
        stranger = Actor(territory_id=territory.pk, person_id=neighbour_clerk.person_id, grants=neighbour_clerk.grants)
        assert not rules.can_see_adoption(stranger)
