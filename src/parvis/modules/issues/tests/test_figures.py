"""The pages of figures: for everyone, for staff, as files, and the council's paper."""

import csv
import io
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from parvis.core.aggregates import operations as aggregates
from parvis.core.aggregates.models import Mark
from parvis.core.aggregates.spans import month_of, months_later
from parvis.core.cases.models import Case
from parvis.core.content.operations import ensure_territory_content
from parvis.core.geo.models import District
from parvis.core.identity.tests.factories import make_staff, sign_in
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, NotAllowed
from parvis.modules.issues import operations, rules, tasks
from parvis.modules.issues.models import MonthlyPaper
from parvis.modules.issues.operations.papers import ask_paper
from parvis.modules.issues.queries.kept import today_here

from .factories import CategoryFactory, make_issue

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": "localhost"})


@pytest.fixture
def bureau(client: Client, territory: Territory) -> str:
    ensure_territory_content(territory)
    staff = make_staff(territory)
    sign_in(client, staff)
    return f"/{territory.slug}/bureau/signalements"


def last_month(day: int = 2) -> datetime:
    first = months_later(month_of(today_here(timezone.now())), -3)
    return timezone.now().replace(year=first.year, month=first.month, day=day, hour=15)


def some_past(territory: Territory, count: int = 6, name: str = "Nid-de-poule") -> None:
    actor, category = Actor.system(territory.pk), CategoryFactory(label_fr=name)
    for number in range(count):
        issue = make_issue(actor, now=last_month(), category=category)
        if number:
            at = last_month() + timedelta(days=number)
            operations.resolve_issue(actor=actor, issue=issue, answer="Fait", now=at)
    aggregates.refresh_all(now=timezone.now())


def test_everyone_reads_promise_and_reality(client: Client, territory: Territory) -> None:
    some_past(territory)
    page = client.get(f"/{territory.slug}/signalements/delais/").content.decode()
    assert "Nid-de-poule" in page
    assert page.count("<svg") >= 2
    assert "83 %" in page  # five of six: the open one is not kept


def test_fewer_than_five_are_not_told(client: Client, territory: Territory) -> None:
    some_past(territory)
    some_past(territory, 4, "Arbre tombé")
    page = client.get(f"/{territory.slug}/signalements/delais/").content.decode()
    row = page[page.index("Arbre tombé") :].split("</tr>")[0]
    assert "5" in row
    assert "%" not in row
    lines = client.get(f"/{territory.slug}/signalements/delais/delais.csv").content.decode("utf-8-sig").splitlines()
    [told] = [line for line in lines if line.startswith("Arbre")]
    assert told == "Arbre tombé,5" + "," * 10


def test_while_reports_are_counted_the_pages_say_so(client: Client, territory: Territory, bureau: str) -> None:
    Mark.objects.create(territory_id=territory.pk, cube="issues.spot", day=None)
    for path in (f"/en{bureau}/portrait/points-chauds/", f"/en/{territory.slug}/signalements/delais/"):
        page = client.get(path)
        assert "being counted" in page.content.decode(), path
        assert "No report answers" not in page.content.decode() and "Not enough to tell" not in page.content.decode()
        assert not getattr(page, "is_public_page", False), "it is true for some seconds only"
    aggregates.refresh_all(now=timezone.now())
    assert "being counted" not in client.get(f"/en/{territory.slug}/signalements/delais/").content.decode()


def test_without_figures_the_page_says_so(client: Client, territory: Territory) -> None:
    assert client.get(f"/{territory.slug}/signalements/delais/").status_code == 200


@pytest.mark.parametrize("screen", ["", "delais/", "saisons/", "points-chauds/", "rapports/"])
def test_staff_see_the_figures(client: Client, territory: Territory, bureau: str, screen: str) -> None:
    some_past(territory)
    page = client.get(f"{bureau}/portrait/{screen}?months=24&category=nope&team=x")
    assert page.status_code == 200
    if screen in {"delais/", "saisons/"}:
        assert "Nid-de-poule" in page.content.decode()


@pytest.mark.parametrize("screen", ["", "delais/", "saisons/", "points-chauds/", "rapports/", "signalements.csv"])
def test_who_may_not_see_figures_sees_none(client: Client, territory: Territory, screen: str) -> None:
    ensure_territory_content(territory)
    staff = make_staff(territory, "cases.view")
    sign_in(client, staff)
    assert client.get(f"/{territory.slug}/bureau/signalements/portrait/{screen}").status_code == 403


def test_a_role_for_a_district_sees_that_district(territory: Territory) -> None:
    from parvis.lib.actor import Grant
    from parvis.lib.ids import new_id
    from parvis.modules.issues.queries.kept import districts_of

    district = new_id()
    actor = Actor(
        territory_id=territory.pk,
        person_id=new_id(),
        grants=(Grant(territory.pk, frozenset({"issues.figures"}), district_id=district),),
    )
    assert rules.can_see_figures(actor)
    assert not rules.can_see_all_figures(actor)
    assert districts_of(actor, "issues.figures") == {district}
    with pytest.raises(NotAllowed):
        ask_paper(actor=actor, month=last_month().date(), now=timezone.now())


def test_the_file_tells_what_is_open_the_delays_and_the_hot_spots(
    client: Client, territory: Territory, bureau: str
) -> None:
    some_past(territory)

    def table(name: str) -> list[dict[str, str]]:
        body = client.get(f"{bureau}/portrait/signalements.csv?table={name}").content.decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(body)))

    [work] = [row for row in table("work") if row["by"] == "category"]
    assert (work["key"], work["open"], work["late"]) == ("Nid-de-poule", "1", "1")
    [kept] = [row for row in table("promises") if row["by"] == "category"]
    assert float(kept["median_days"]) > 0
    [spot] = table("spots")
    assert (spot["received"], float(spot["south"]) < 45.8 < float(spot["north"])) == ("6", True)
    assert table("nothing") == table("months")


def test_staff_of_a_district_see_its_hot_spots(client: Client, territory: Territory) -> None:
    ensure_territory_content(territory)
    actor = Actor.system(territory.pk)
    own = District.objects.create(code="1", name="Centre", polygon={}, south=0, north=0, west=0, east=0)
    for district, lat in ((own, 45.8), (None, 45.9)):
        issue = make_issue(actor, now=last_month(), lat=lat)
        Case.objects.filter(pk=issue.case_id).update(district_id=district.pk if district else None)
    aggregates.refresh_all(now=timezone.now())
    staff = make_staff(territory, "issues.figures", district_id=own.pk)
    sign_in(client, staff)
    page = client.get(f"/{territory.slug}/bureau/signalements/portrait/points-chauds/?months=12")
    assert page.status_code == 200
    assert [spot.received for _place, spot in page.context["places"]] == [1]
    assert 45.79 < page.context["places"][0][1].box.south < 45.81


def test_residents_and_neighbours_see_no_figures_of_staff(
    territory: Territory, resident: Actor, neighbour_clerk: Actor
) -> None:
    assert not rules.can_see_figures(resident)
    assert not rules.can_see_figures(replace(neighbour_clerk, territory_id=territory.pk))


def test_a_name_that_looks_like_a_formula_stays_a_name(client: Client, territory: Territory, bureau: str) -> None:
    some_past(territory, name='=HYPERLINK("http://evil.example";"x")')
    lines = client.get(f"{bureau}/portrait/signalements.csv").content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("month,category,district,team,received")
    assert lines[1].split(",")[1].startswith("\"'=HYPERLINK")
    book = load_workbook(io.BytesIO(client.get(f"{bureau}/portrait/signalements.xlsx").content))
    assert len(book.sheetnames) == 4
    for sheet in book.worksheets:
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_the_paper_of_a_month_is_made_and_only_staff_open_it(
    client: Client, territory: Territory, bureau: str, neighbour_clerk: Actor
) -> None:
    some_past(territory)
    month = last_month().date().replace(day=1)
    answer = client.post(f"{bureau}/portrait/rapports/", {"month": f"{month:%Y-%m}", "language": "fr"})
    assert answer.status_code == 302
    paper = MonthlyPaper.objects.get()
    tasks.make_paper.func(paper=str(paper.pk), context={"territory": str(territory.pk)})
    tasks.make_paper.func(paper=str(paper.pk), context={"territory": str(territory.pk)})
    paper.refresh_from_db()
    with default_storage.open(paper.file.key("full")) as file:
        body = file.read()
    assert body.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in body
    assert b"/Lang(fr-CA)" in body
    assert b"AtkinsonHyperlegibleNext" in body or b"LibertinusSerif" in body
    assert client.get(f"/{territory.slug}{paper.file.url()}").status_code == 200
    assert Client(headers={"host": "localhost"}).get(f"/{territory.slug}{paper.file.url()}").status_code == 404
    assert not rules.can_see_paper(neighbour_clerk, paper.file)


def test_only_a_month_that_is_over_has_a_paper(territory: Territory) -> None:
    actor, now = Actor.system(territory.pk), timezone.now()
    for month in (now.date(), date(2001, 1, 1)):
        with pytest.raises(Invalid):
            ask_paper(actor=actor, month=month, now=now)
    with pytest.raises(Invalid):
        ask_paper(actor=actor, month=last_month().date(), now=now, language="xx")
    with pytest.raises(NotAllowed):
        ask_paper(actor=Actor.visitor(territory.pk), month=last_month().date(), now=now)


def test_the_first_of_a_month_asks_for_the_one_before(territory: Territory) -> None:
    tasks.ask_last_month.func(context={"territory": str(territory.pk)})
    assert MonthlyPaper.objects.get().month == months_later(month_of(today_here(timezone.now())), -1)
