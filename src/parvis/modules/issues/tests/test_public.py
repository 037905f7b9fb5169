"""What everyone may ask of the reports: one filter for the page, the map and the exports."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.db.models import Sum
from django.test import Client

from parvis.core.geo.models import District
from parvis.core.registry.entries import Window
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.modules.issues import operations, queries
from parvis.modules.issues.models import Category, Issue, TileChange, TileCount, TileTotal
from parvis.modules.issues.operations import counting
from parvis.modules.issues.queries import Filter, public
from parvis.modules.issues.views import exports

from .factories import NOW, CategoryFactory, make_issue, scattered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("territory")]
TOWN = Window(45.0, -73.0, 46.5, -71.0, 9)
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": "localhost"})


def asked_of(category: object = None) -> list[Filter]:
    return [
        Filter(),
        Filter(state="open"),
        Filter(state="ended", category=category),  # type: ignore[arg-type]
        Filter(state="resolved"),
        Filter(start=date(2024, 5, 1), end=date(2025, 3, 1)),
        Filter(start=date(2024, 5, 1), end=date(2024, 7, 1), category=category, state="open"),  # type: ignore[arg-type]
        Filter(start=date(2025, 1, 1)),
        Filter(end=date(2024, 12, 1)),
    ]


def test_what_is_kept_is_what_is_there_whatever_is_asked() -> None:
    made = scattered(120)
    for added in (0, counting.add_tile_changes()):
        assert added == 0 or not TileChange.objects.exists()
        for asked in asked_of(made[0].category):
            right = asked.rows().count()
            assert queries.total(asked) == right, asked
            for level in (10, 12, 14, 16):
                assert sum(cell.count for cell in queries.tiles.cells(asked, TOWN, level)) == right, (asked, level)
            assert sum(count for _, count in queries.months(asked)) == right


def test_what_changes_is_counted_anew(clerk: Actor) -> None:
    made = scattered(20)
    counting.add_tile_changes()
    Issue.objects.filter(pk__in=[issue.pk for issue in made[:5]]).update(is_hidden=True)
    Issue.objects.filter(pk=made[6].pk).update(lat=46.2, lon=-72.4)
    Issue.objects.filter(pk=made[7].pk).update(category=made[8].category, reported_at=NOW)
    Issue.objects.filter(pk=made[11].pk).delete()
    Issue.objects.filter(pk=made[12].pk).update(due_at=NOW)
    assert TileChange.objects.count() < 20, "what no count depends on is not written down"
    for _ in range(2):
        for asked in asked_of(made[8].category):
            assert queries.total(asked) == asked.rows().count()
        counting.add_tile_changes()
    assert _totals() == _totals_of_counts()
    before = sorted(TileCount.objects.filter(total__gt=0).values_list("level", "x", "y", "status", "year", "months"))
    TileCount.objects.all().delete()
    TileChange.objects.all().delete()
    counting.add_tile_changes()
    after = sorted(TileCount.objects.filter(total__gt=0).values_list("level", "x", "y", "status", "year", "months"))
    assert before == after
    assert _totals() == _totals_of_counts()


def test_totals_are_summed_from_the_counts_of_a_release_that_had_none() -> None:
    scattered(20)
    counting.add_tile_changes()
    right = _totals()
    TileTotal.objects.all().delete()
    make_issue()
    counting.add_tile_changes()
    assert _totals() == _totals_of_counts() != right


def _totals() -> list[tuple[object, ...]]:
    """Return what is kept whatever the year."""
    of = ("level", "x", "y", "category_id", "status", "district_id")
    return sorted(TileTotal.objects.filter(total__gt=0).values_list(*of, "total"), key=str)


def _totals_of_counts() -> list[tuple[object, ...]]:
    """Return the same from what is kept by year."""
    of = ("level", "x", "y", "category_id", "status", "district_id")
    return sorted(TileCount.objects.values_list(*of).annotate(n=Sum("total")).filter(n__gt=0), key=str)


def test_a_report_without_a_place_counts_and_is_on_no_map() -> None:
    made = scattered(4)
    Issue.objects.filter(pk=made[1].pk).update(lat=None, lon=None, source_key="register/1")
    assert queries.total(Filter()) == Filter().rows().count() == 4, "three shown, the one they are like"
    world = Window(-85, -180, 85, 180, 3)
    assert sum(cell.count for cell in queries.tiles.cells(Filter(), world, 10)) == 3


def test_a_neighbour_counts_nothing_of_ours(territory: Territory, neighbour: Territory) -> None:
    scattered(5)
    counting.add_tile_changes()
    with use(territory=neighbour):
        assert queries.total(Filter()) == 0
        assert queries.view(Filter(), TOWN).total == 0
        assert not TileCount.objects.exists()


def test_the_map_shows_reports_where_few_and_cells_where_many(monkeypatch: pytest.MonkeyPatch) -> None:
    scattered(60)
    few = queries.view(Filter(), TOWN)
    assert len(few.issues) == few.total == Filter().rows().count()
    monkeypatch.setattr("parvis.modules.issues.queries.map_view.MOST_POINTS", 10)
    many = queries.view(Filter(), TOWN)
    assert many.cells and not many.issues
    assert many.total == few.total
    near = Window(45.75, -71.95, 45.85, -71.85, 14)
    exact = queries.view(Filter(), near)
    right = queries.map_view.inside(Filter().rows(), near).count()
    assert exact.total == right
    layer = list(queries.features(Window(45.0, -73.0, 46.5, -71.0, 9), 10))
    assert sum(feature.count for feature in layer) == Filter(state="open").rows().count()


def test_pages_follow_each_other_without_gap_or_double() -> None:
    scattered(50)
    same = datetime(2024, 6, 1, tzinfo=UTC)
    Issue.objects.filter(code__in=[f"T{n}" for n in range(10, 30)]).update(reported_at=same)
    seen, cursor = [], ""
    while True:
        page = queries.newest(Filter(), cursor=cursor, size=7)
        seen += [issue.pk for issue in page.issues]
        cursor = page.next
        if not cursor:
            break
    assert seen == [issue.pk for issue in Filter().rows()]
    assert queries.newest(Filter(), cursor="nonsense", size=7).issues[0].pk == seen[0]


def test_months_are_those_of_the_towns_calendar(territory: Territory) -> None:
    issue = make_issue()
    Issue.objects.filter(pk=issue.pk).update(reported_at=datetime(2026, 4, 1, 2, tzinfo=UTC))  # still March in Quebec
    assert queries.months(Filter()) == [(date(2026, 3, 1), 1)]
    assert Filter(end=date(2026, 3, 1)).rows().count() == 1
    assert Filter(start=date(2026, 4, 1)).rows().count() == 0


def test_words_find_kind_place_and_what_was_released_only(clerk: Actor) -> None:
    kind = CategoryFactory(label_fr="Lampadaire éteint", label_en="Street lamp", label_es="Farola")
    lamp = make_issue(category=kind, description="Zorglub habite ici")
    hole = make_issue(description="gros trou")
    Issue.objects.filter(pk=hole.pk).update(address="12, rue des Érables")

    def found(text: str, **more: object) -> set[str]:
        return {issue.code for issue in Filter(text=text, **more).rows()}  # type: ignore[arg-type]

    assert found("erables") == {hole.code}
    assert found("lampadaire") == {lamp.code}
    assert found("street lamp") == {lamp.code}
    assert found("lampadaire erables") == set()
    assert found("nid de poule rue des erables") == {hole.code}
    assert found("erables", state="ended") == set()
    assert found("zorglub") == set()
    operations.release_text(actor=clerk, issue=lamp, is_public=True, now=NOW)
    assert found("zorglub") == {lamp.code}
    operations.hide_issue(actor=clerk, issue=lamp, is_hidden=True, now=NOW)
    assert found("zorglub") == set()
    assert found("100%") == found("_") == set()


def test_a_figure_tells_kinds_of_one_name_apart() -> None:
    bins = [CategoryFactory(label_fr=f"Bac {n}", label_en=f"Bin {n}", label_es=f"Cubo {n}") for n in (1, 2)]
    found = {kind.slug: make_issue(category=kind).code for kind in bins}
    Issue.objects.update(address="2, rue des Érables")

    def codes(text: str) -> set[str]:
        return {issue.code for issue in Filter(text=text).rows()}

    assert codes("bac 2") == codes("bac 2 erables") == {found[bins[1].slug]}
    assert codes("bac") == codes("bac erables") == codes("bac 3 erables") == set(found.values())


def test_page_map_and_exports_give_the_same_reports(client: Client, territory: Territory) -> None:
    made = scattered(60)
    district = District.objects.create(code="2", name="Deux", polygon={}, south=0, north=0, west=0, east=0)
    Issue.objects.filter(code__in=[f"T{n}" for n in range(0, 60, 2)]).update(district_id=district.pk)
    query = f"status=open&category={made[3].category.slug}&district=2&from=2024-02&to=2025-12&q=principale"
    asked = Filter(made[3].category, "open", date(2024, 2, 1), date(2025, 12, 1), district, "principale")
    right = {issue.code for issue in asked.rows()}
    assert right and asked.query() == (
        f"q=principale&category={made[3].category.slug}&status=open&district=2&from=2024-02&to=2025-12"
    )
    base = f"/{territory.slug}/signalements"
    page = client.get(f"{base}/?{query}").content.decode()
    assert {code for code in (issue.code for issue in made) if f'/signalements/{code}"' in page} == right
    body = b"".join(client.get(f"{base}/liste.csv?{query}").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert {row["code"] for row in csv.DictReader(io.StringIO(body))} == right
    answer = client.get(f"{base}/liste.geojson?{query}")
    collection = json.loads(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    assert {feature["id"] for feature in collection["features"]} == right
    assert collection["total"] == int(answer.headers["X-Total-Count"]) == len(right)
    feed = ElementTree.fromstring(client.get(f"{base}/liste.atom?{query}").content)
    assert {entry.findtext(f"{ATOM}id", "").rpartition("/")[2] for entry in feed.iter(f"{ATOM}entry")} == right
    seen = client.get(f"{base}/carte/points?{query}&bbox=-73,45,-71,46.5&zoom=9").json()
    assert {feature["id"] for feature in seen["features"]} == right


def test_a_feed_says_when_each_report_last_changed(client: Client, territory: Territory, clerk: Actor) -> None:
    issue = make_issue(now=NOW - timedelta(days=9))
    operations.accept_issue(actor=clerk, issue=issue, now=NOW)
    feed = f"/{territory.slug}/signalements/liste.atom"
    updated = [entry.findtext(f"{ATOM}updated", "") for entry in _entries(client, feed)]
    issue.refresh_from_db()
    assert [datetime.fromisoformat(moment) for moment in updated] == [issue.changed_at]
    operations.resolve_issue(actor=clerk, issue=issue, answer="Fait.", now=NOW + timedelta(days=1))
    updated = [entry.findtext(f"{ATOM}updated", "") for entry in _entries(client, feed)]
    assert [datetime.fromisoformat(moment) for moment in updated] == [NOW + timedelta(days=1)]


def _entries(client: Client, path: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(client.get(path).content).iter(f"{ATOM}entry"))


@pytest.mark.parametrize("query", ["status=xyz", "category=xyz", "from=2026-13", "from=2026-02&to=2026-01", "to=jadis"])
def test_a_filter_that_cannot_be_understood_is_refused(client: Client, territory: Territory, query: str) -> None:
    make_issue()
    base = f"/{territory.slug}/signalements"
    page = client.get(f"{base}/?{query}")
    assert page.status_code == 422
    assert "errorlist" in page.content.decode() or "errors" in page.content.decode()
    for path in ("liste.csv", "liste.geojson", "liste.atom", "carte.json", "carte/points"):
        assert client.get(f"{base}/{path}?{query}&bbox=-73,45,-71,46&zoom=9").status_code == 422


@pytest.mark.parametrize("words", ["principale", "nid de poule principale"])
def test_files_of_a_search_hold_all_that_answers_and_not_the_newest_alone(
    client: Client, territory: Territory, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    made = scattered(60)
    Category.objects.filter(pk=made[0].category_id).update(label_fr="Nid-de-poule")
    right = [issue.code for issue in Filter(text=words).rows()]
    assert len(right) > 20
    monkeypatch.setattr(public, "MOST_FOUND", 5)
    monkeypatch.setattr(exports, "MOST", 8)
    told: list[str] = []
    path = f"/{territory.slug}/signalements/liste.csv?{Filter(text=words).query()}"
    while path:
        answer = client.get(path)
        body = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
        told += [row["code"] for row in csv.DictReader(io.StringIO(body))]
        path = answer.headers.get("Link", "").partition(">")[0].removeprefix("<http://localhost")
    assert told == right


def test_exports_hold_no_personal_data_and_no_formula(
    client: Client, territory: Territory, resident: Actor, clerk: Actor
) -> None:
    issue = make_issue(resident, description='=HYPERLINK("http://evil")')
    Issue.objects.filter(pk=issue.pk).update(address="@SUM(A1)")
    base = f"/{territory.slug}/signalements/liste"

    def everything() -> str:
        return "".join(
            (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()
            for answer in (client.get(f"{base}.{kind}") for kind in ("csv", "geojson", "atom"))
        )

    assert "HYPERLINK" not in everything()
    operations.release_text(actor=clerk, issue=issue, is_public=True, now=NOW)
    told = everything()
    assert "HYPERLINK" in told
    assert str(resident.person_id) not in told
    body = b"".join(client.get(f"{base}.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert body.startswith("\ufeffcode,")
    [row] = csv.DictReader(io.StringIO(body.removeprefix("\ufeff")))
    assert row["address"] == "'@SUM(A1)"
    assert row["description"].startswith("'=HYPERLINK")
    assert row["lon"] == "-71.9"


def test_a_long_export_says_where_it_goes_on(
    client: Client, territory: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    scattered(30)
    monkeypatch.setattr("parvis.modules.issues.views.exports.MOST", 10)
    monkeypatch.setattr("parvis.modules.issues.queries.exported.AT_A_TIME", 5)
    url, codes = f"/{territory.slug}/signalements/liste.geojson", []
    for _ in range(5):
        answer = client.get(url)
        codes += [f["id"] for f in json.loads(b"".join(answer.streaming_content))["features"]]  # type: ignore[attr-defined]
        if "Link" not in answer.headers:
            break
        url = answer.headers["Link"].partition(">")[0].removeprefix("<")
    assert codes == [issue.code for issue in Filter().rows()]


def test_what_has_no_place_is_in_the_exports(client: Client, territory: Territory) -> None:
    issue = make_issue()
    Issue.objects.filter(pk=issue.pk).update(lat=None, lon=None, source_key="register/1")
    base = f"/{territory.slug}/signalements"
    [feature] = json.loads(b"".join(client.get(f"{base}/liste.geojson").streaming_content))["features"]  # type: ignore[attr-defined]
    assert feature["geometry"] is None
    for path in ("", "liste.csv", "liste.atom", issue.code):
        assert client.get(f"{base}/{path}").status_code == 200


def test_a_hidden_report_is_nowhere(client: Client, territory: Territory, resident: Actor, clerk: Actor) -> None:
    issue = make_issue(resident)
    operations.hide_issue(actor=clerk, issue=issue, is_hidden=True, now=NOW)
    base = f"/{territory.slug}/signalements"
    for path in ("", "liste.csv", "liste.geojson", "liste.atom", "carte/points?bbox=-73,45,-71,46.5&zoom=9"):
        answer = client.get(f"{base}/{path}")
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        assert issue.code not in body.decode()


def test_the_public_page_says_what_happens_next_and_by_when(client: Client, territory: Territory, clerk: Actor) -> None:
    issue = make_issue()

    def says() -> str:
        return client.get(f"/en/{territory.slug}/signalements/{issue.code}").content.decode()

    assert queries.coming(issue, now=NOW).due_at == issue.due_at  # type: ignore[union-attr]
    assert not queries.coming(issue, now=NOW).is_late  # type: ignore[union-attr]
    assert queries.coming(issue, now=NOW + timedelta(days=60)).is_late  # type: ignore[union-attr]
    assert "Somebody reads it" in says()
    operations.accept_issue(actor=clerk, issue=issue, now=NOW)
    assert "It is being looked after" in says()
    operations.resolve_issue(actor=clerk, issue=issue, answer="Fait.", now=NOW)
    issue.case.refresh_from_db()
    assert queries.coming(issue, now=NOW).due_at is None  # type: ignore[union-attr]
    assert queries.coming(issue, now=NOW + timedelta(days=90)) is None
    assert "The municipality says that it is solved." in says()
