"""The staff's list of things: asked by words, kind, district and state, a page at a time, or as a file."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from shapely.geometry import box

from parvis.core.assets import queries, rules, subscribers
from parvis.core.assets.importers import AssetDraft
from parvis.core.assets.models import Asset
from parvis.core.assets.operations import change_asset, file_by_district, import_assets
from parvis.core.assets.queries import AssetFilter
from parvis.core.content.operations import ensure_territory_content
from parvis.core.geo.importers.reading import AreaDraft, Reading
from parvis.core.geo.models import District
from parvis.core.geo.operations import store_boundary, store_districts
from parvis.core.identity.tests.factories import make_staff, sign_in, staff_actor
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 1, 14, tzinfo=UTC)
DRAFTS = [
    AssetDraft(1, "lamp", "L-1", 45.81, -71.95, state="good", street="rue du Moulin", installed=2012),
    AssetDraft(2, "lamp", "L-2", 45.82, -71.85, state="broken", street="chemin de l'Église"),
    AssetDraft(3, "hydrant", "B-7", 45.83, -71.94, name="Devant l'école", street="rue du Moulin"),
    AssetDraft(4, "bench", "=1+1", 45.84, -71.86, state="removed"),
]


@pytest.fixture
def things(territory: Territory) -> None:
    """Two districts, west and east, and four things."""
    system = Actor.system(territory.pk)
    areas = [
        AreaDraft("1", "Ouest", box(-72.0, 45.7, -71.9, 45.9)),
        AreaDraft("2", "Est", box(-71.9, 45.7, -71.8, 45.9)),
    ]
    store_districts(actor=system, territory=territory, areas=areas)
    import_assets(actor=system, reading=Reading(drafts=DRAFTS), now=NOW)


def codes(**asked: object) -> list[str]:
    return [one.code for one in queries.page_of(AssetFilter(**asked)).assets]  # type: ignore[arg-type]  # by name


def district(name: str) -> District:
    return District.objects.get(name=name)


def test_it_is_asked_by_kind_state_and_district(things: None) -> None:
    assert codes() == ["B-7", "L-1", "L-2"], "what was removed is left out until it is asked for"
    assert codes(state="") == ["=1+1", "B-7", "L-1", "L-2"]
    assert codes(state="removed") == ["=1+1"]
    assert codes(kind="lamp") == ["L-1", "L-2"]
    assert codes(kind="lamp", state="broken") == ["L-2"]
    assert codes(district_id=district("Ouest").pk) == ["B-7", "L-1"]
    assert codes(district_id=district("Est").pk, kind="hydrant") == []


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("moulin", ["B-7", "L-1"]),
        ("rue du moulin B-7", ["B-7"]),
        ("eglise", ["L-2"]),
        ("ECOLE", ["B-7"]),
        ("l-2", ["L-2"]),
        ("rue du mouiln", ["B-7", "L-1"]),
        ("100 %", []),
        ("xyzzy", []),
    ],
)
def test_it_is_asked_in_words_with_typos(things: None, said: str, found: list[str]) -> None:
    assert codes(text=said) == found
    assert codes(text=said, kind="bench") == []


def test_pages_follow_each_other_and_miss_nothing(things: None) -> None:
    seen, after = [], ""
    for _ in range(4):
        page = queries.page_of(AssetFilter(state=""), after=after, size=1)
        seen += [one.code for one in page.assets]
        after = page.next
    assert seen == ["=1+1", "B-7", "L-1", "L-2"] and after == ""
    assert len(queries.page_of(AssetFilter(), after="no id", size=50).assets) == 3


def test_a_thing_that_moves_is_filed_under_its_new_district(things: None, territory: Territory, clerk: Actor) -> None:
    around = AreaDraft("1", "Tout", box(-72.0, 45.7, -71.8, 45.9))
    store_boundary(actor=Actor.system(territory.pk), territory=territory, areas=[around])
    lamp = Asset.objects.get(code="L-1")
    assert lamp.district == district("Ouest")
    change_asset(
        actor=clerk, asset=lamp, state="good", street="", lat=45.81, lon=-71.85, is_public=True, now=NOW
    )  # fmt: skip
    assert Asset.objects.get(code="L-1").district == district("Est")


def test_new_districts_file_everything_anew(things: None, territory: Territory) -> None:
    everything = [AreaDraft("1", "Ouest", box(-72.0, 45.7, -71.8, 45.9))]
    store_districts(actor=Actor.system(territory.pk), territory=territory, areas=everything)
    assert file_by_district() == 2
    assert file_by_district() == 0, "twice changes nothing"
    assert len(codes(district_id=district("Ouest").pk)) == 3


def test_only_a_change_of_districts_files_anew(things: None, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(subscribers.operations, "file_by_district", lambda: done.append("filed"))
    for what in ("streets", "districts"):
        subscribers.follow_districts(type("Told", (), {"data": {"what": what}})())
    assert done == ["filed"]


def test_can_see_is_for_staff_of_the_town(
    territory: Territory, resident: Actor, visitor: Actor, neighbour_clerk: Actor
) -> None:
    assert rules.can_see(staff_actor(territory, "cases.view"))
    assert not any(rules.can_see(wrong) for wrong in (resident, visitor))
    here = Actor(territory_id=territory.pk, person_id=neighbour_clerk.person_id, grants=neighbour_clerk.grants)
    assert not rules.can_see(here)


def test_the_search_sees_one_territory_and_one_scope(things: None, neighbour: Territory, resident: Actor) -> None:
    def asked() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM parvis.search_assets(ARRAY['moulin'], NULL, NULL, NULL, 50)")
            return int(cursor.fetchone()[0])

    assert asked() == 2
    with use(territory=neighbour):
        assert asked() == 0
    with use(person=resident.person_id, scope=Scope.MINE):
        assert asked() == 0
    with use(territory=None):
        assert asked() == 0


@pytest.fixture
def address(client: Client, territory: Territory) -> str:
    """The screen, with a member of staff who may change nothing signed in."""
    ensure_territory_content(territory)
    sign_in(client, make_staff(territory, "cases.view"))
    return f"/{territory.slug}/bureau/objets/"


def test_the_screen_keeps_its_questions_and_says_when_nothing_answers(
    client: Client, address: str, things: None
) -> None:
    page = client.get(address, {"kind": "lamp", "state": "broken", "q": "eglise"}).content.decode()
    assert "L-2" in page and "L-1" not in page
    assert 'value="eglise"' in page and '<option value="lamp" selected>' in page
    assert "objets.csv?kind=lamp" in page
    assert "/signalements/objets/" not in page, "no link to a page that this person may not open"
    empty = client.get(address, {"q": "xyzzy", "district": "nowhere", "kind": "spaceship"})
    assert empty.status_code == 200 and "objets.csv" not in empty.content.decode()


def test_it_leads_to_a_thing_for_whoever_may_open_it(client: Client, territory: Territory, things: None) -> None:
    ensure_territory_content(territory)
    sign_in(client, make_staff(territory, "assets.manage"))
    lamp = Asset.objects.get(code="L-1")
    page = client.get(f"/{territory.slug}/bureau/objets/").content.decode()
    assert f"/bureau/signalements/objets/{lamp.pk}/" in page
    assert f"/{territory.slug}/bureau/objets/" in client.get(f"/{territory.slug}/bureau/").content.decode()


def test_the_file_holds_what_was_asked_and_no_formula(client: Client, address: str, things: None) -> None:
    answer = client.get(f"{address}objets.csv", {"state": "all"})
    assert answer["Content-Type"].startswith("text/csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 5 and "'=1+1" in lines[1]
    assert "lamp,L-1,,good,rue du Moulin,Ouest,2012,45.81,-71.95,yes" in lines
    assert len(client.get(f"{address}objets.csv", {"kind": "hydrant"}).content.splitlines()) == 2


def test_nobody_else_opens_it(client: Client, territory: Territory, neighbour: Territory, things: None) -> None:
    ensure_territory_content(territory)
    sign_in(client, make_staff(neighbour))
    for path in ("", "objets.csv"):
        assert client.get(f"/{territory.slug}/bureau/objets/{path}").status_code in {302, 403, 404}
    ensure_territory_content(neighbour)
    assert "L-1" not in client.get(f"/{neighbour.slug}/bureau/objets/").content.decode()
