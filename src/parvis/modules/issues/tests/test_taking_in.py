"""Take in another register: the real files, and files that nobody should take in."""

import csv
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from parvis.core.audit.models import Entry
from parvis.core.cases.models import Case, CaseEvent
from parvis.core.delivery.models import Outgoing
from parvis.core.geo.importers.reading import BadLines, Unreadable
from parvis.core.geo.tests.conftest import shared
from parvis.core.registry.entries import Window
from parvis.core.tenancy.context import use
from parvis.lib.actor import Actor
from parvis.lib.errors import NotAllowed
from parvis.modules.issues import datasets, queries
from parvis.modules.issues.importers.mapping import read_map, shipped
from parvis.modules.issues.importers.reading import Table
from parvis.modules.issues.models import Category, Issue
from parvis.modules.issues.taking_in import take_in
from parvis.modules.issues.workflow import Status

from .factories import CategoryFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)
HEAD = "mois,nature,activite,dernier_statut,provenances,jour_semaine,heure"
GOOD = "2024-07,Requete,Nid-de-poule,Terminée,Téléphone,Lundi,9"
DATED = """
name = "registre"
[columns]
id = "no"
opened = "ouvert"
closed = "ferme"
category = "genre"
status = "etat"
lat = "lat"
lon = "lon"
description = "texte"
[status]
"fait" = "resolved"
"non" = "declined"
"" = "reported"
"""
DATED_HEAD = "no;ouvert;ferme;genre;etat;lat;lon;texte"


@pytest.fixture
def here(territory):
    with transaction.atomic(), use(territory=territory):
        yield territory


def written(folder, *lines, name="requetes.csv", encoding="utf-8", head=HEAD):
    path = Path(folder) / name
    path.write_bytes("\n".join([head, *lines, ""]).encode(encoding))
    return path


def take(town, path, columns="montreal", actor=None, **options):
    table = Table(path, read_map(str(columns)), zone=town.timezone, now=NOW)
    return take_in(actor=actor or Actor.system(town.pk), territory=town, table=table, now=NOW, **options)


def mapped(folder):
    path = Path(folder) / "registre.toml"
    path.write_text(DATED, encoding="utf-8")
    return path


def test_the_whole_file_of_montreal_goes_in_once(here):
    path = shared("311", "montreal_plateau_2022-01_2025-06.csv")
    done = take(here, path)
    assert (done.added, done.known, done.doubles, done.bad) == (95_456, 0, 0, [])
    assert Issue.objects.count() == Case.objects.count() == CaseEvent.objects.count() == 95_456
    assert Category.objects.filter(is_active=True).count() == 30
    assert Category.objects.get(label_fr="Nid-de-poule").slug == "nid-de-poule"
    assert Issue.objects.filter(category__slug="depot-illegal-dechets").count() == 11_366
    assert not Category.objects.filter(label_fr__startswith="*").exists()
    year = Issue.objects.filter(reported_at__year=2024)
    assert year.filter(reported_at__month__in=(1, 2, 3), category__slug="nid-de-poule").count() > 60
    assert Issue.objects.filter(lat__isnull=False).count() == 0
    assert Issue.objects.filter(resolved_at__isnull=False).count() == 0
    assert Outgoing.objects.count() == 0
    [entry] = Entry.objects.filter(name="issues.history_imported")
    assert (
        entry.data["count"] == 95_456 and entry.data["first"][:7] == "2022-01" and entry.data["last"][:7] == "2025-06"
    )
    again = take(here, path)
    assert (again.added, again.known) == (0, 95_456) and Issue.objects.count() == 95_456


def test_plans_made_while_tables_were_small_do_not_read_them_whole(here, tmp_path):
    """The checks of foreign keys wait for the end, and keep their plans as long as the connection."""

    def asked(*questions):
        with connection.cursor() as cursor:
            for question in questions:
                cursor.execute(question)
            return cursor.fetchone()[0] if cursor.description else None

    end = ("SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED")
    whole = "SELECT sum(seq_scan) FROM pg_stat_xact_user_tables WHERE relname IN ('cases_case', 'issues_category')"
    take(here, written(tmp_path, *[GOOD] * 20))
    asked("DISCARD PLANS", "SET LOCAL enable_seqscan = on", "SET LOCAL enable_indexscan = off")
    asked("SET LOCAL enable_bitmapscan = off", *end)  # plans as for a table of one page
    asked("SET LOCAL enable_indexscan = on", "SET LOCAL enable_bitmapscan = on")
    before = asked(whole)
    take(here, written(tmp_path, *[GOOD] * 300, name="suite.csv"))
    asked(*end)
    assert asked(whole) - before < 30


def test_weekday_hour_and_month_are_those_of_the_file(here, tmp_path):
    path = written(tmp_path, *[GOOD] * 8)
    take(here, path)
    local = [row.astimezone(UTC) for row in Issue.objects.values_list("reported_at", flat=True)]
    assert {moment.weekday() for moment in local} == {0} and {(m.year, m.month) for m in local} == {(2024, 7)}
    assert len({moment.day for moment in local}) > 1
    assert set(Issue.objects.values_list("precision", flat=True)) == {"month"}


@pytest.mark.parametrize(("name", "rows"), [("ottawa_01_Jan2014.csv", 16_780), ("ottawa_04_Apr2014.csv", 15_301)])
def test_the_months_of_ottawa_go_in(here, name, rows):
    done = take(here, shared("311", name), "ottawa")
    assert done.added == rows and not done.bad
    assert set(Issue.objects.values_list("reported_at__year", flat=True)) == {2014}
    assert Category.objects.filter(label_fr="Roads Maintenance - Road Travelled Surface", label_en__gt="").exists()


def test_every_shipped_map_can_be_read():
    assert shipped() == ["montreal", "ottawa"]
    assert all(read_map(name).name == name for name in shipped())


def test_bad_lines_are_listed_by_number_and_nothing_is_written(here, tmp_path):
    path = written(
        tmp_path,
        GOOD,
        GOOD.replace("2024-07", "2024-13"),
        GOOD.replace("Terminée", "Perdue"),
        GOOD.replace("Lundi", "Lunes"),
        GOOD.replace(",9", ",24"),
        GOOD.replace("Nid-de-poule", ""),
        GOOD.replace("Nid-de-poule", "=HYPERLINK(1)"),
        GOOD + ",encore",
        GOOD.replace("2024-07", "2199-07"),
    )
    with pytest.raises(BadLines, match=r"^8 lines cannot be used") as caught, transaction.atomic():
        take(here, path)
    assert [line.line for line in caught.value.lines] == [3, 4, 5, 6, 7, 8, 9, 10]
    assert not Issue.objects.exists() and not Category.objects.exists() and not Case.objects.exists()
    done = take(here, path, skip_bad=True)
    assert done.added == 1 and len(done.bad) == 8
    with pytest.raises(BadLines, match=r"^One line cannot be used"), transaction.atomic():
        take(here, written(tmp_path, GOOD.replace("Lundi", "Lunes")))


def test_identical_lines_are_kept_and_a_longer_file_adds_the_rest(here, tmp_path):
    take(here, written(tmp_path, GOOD, GOOD))
    done = take(here, written(tmp_path, GOOD, GOOD, GOOD))
    assert (done.added, done.known) == (1, 2) and Issue.objects.count() == 3


def test_semicolons_a_mark_at_the_start_and_old_encodings(here, tmp_path):
    marked = written(tmp_path, GOOD.replace(",", ";"), head=HEAD.replace(",", ";"), encoding="utf-8-sig", name="a.csv")
    old = written(tmp_path, GOOD, encoding="cp1252", name="b.csv")
    assert take(here, marked).added == take(here, old).added == 1
    assert set(Case.objects.values_list("channel", flat=True)) == {"phone"}


def test_letters_that_cannot_be_read_are_a_bad_line(here, tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(f"{HEAD}\n{GOOD}\n".encode("cp1252").replace(b"Nid", b"N\x81d"))
    with pytest.raises(BadLines) as caught:
        take(here, path)
    assert [line.line for line in caught.value.lines] == [2]


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n", b"\0\0\0\0", "été".encode("utf-16"), b"a,b,c\n1,2,3\n", HEAD.encode() + b"\n" + b"x" * 10_000_000,
     HEAD.encode() + b'\n"' + b"x\n" * 200_000],
    ids=["empty", "blank", "zeros", "utf-16", "other columns", "endless line", "endless cell"],
)  # fmt: skip
def test_what_is_no_such_table_is_refused(here, tmp_path, content):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(Unreadable):
        take(here, path)
    assert not Issue.objects.exists()


def test_a_file_that_is_not_there(here, tmp_path):
    with pytest.raises(Unreadable):
        take(here, tmp_path / "nothing.csv")


@pytest.mark.parametrize("text", ["", "name = ", 'name = "x"', '[columns]\ncolour = "a"', 'name="x"\nsize=3'])
def test_a_wrong_column_map_is_refused(tmp_path, text):
    path = tmp_path / "map.toml"
    path.write_text(text)
    with pytest.raises(Unreadable):
        read_map(str(path))


def test_ids_places_and_closing_dates_of_another_register(here, tmp_path):
    columns = mapped(tmp_path)
    lines = [
        "A1;2025-05-01 10:00;2025-05-03 16:00;Nid-de-poule;fait;45,5;-73,5;Gros trou",
        "A2;2025-05-02 10:00;;Nid-de-poule;;;;",
        "A1;2025-05-01 10:00;2025-05-03 16:00;Nid-de-poule;fait;45.5;-73.5;Gros trou",
    ]
    done = take(here, written(tmp_path, *lines, head=DATED_HEAD), columns)
    assert (done.added, done.doubles) == (2, 1)
    solved = Issue.objects.select_related("case").get(source_key="registre:A1")
    assert (solved.status, solved.lat, solved.description) == (Status.RESOLVED, 45.5, "Gros trou")
    assert (solved.resolved_at - solved.reported_at).total_seconds() == 54 * 3600
    assert list(CaseEvent.objects.filter(case=solved.case).values_list("name", flat=True)) == ["opened", "closed"]
    waiting = Issue.objects.select_related("case").get(source_key="registre:A2")
    assert waiting.is_open and waiting.case.is_open and waiting.lat is None and waiting.due_at is None
    again = take(here, written(tmp_path, *lines, head=DATED_HEAD, name="other.csv"), columns)
    assert (again.added, again.known) == (0, 3)


@pytest.mark.parametrize(
    "line",
    ["A;2025-05-02 10:00;2025-05-01 10:00;Trou;fait;;;", "A;hier;;Trou;;;;", "A;2025-05-02 10:00;;Trou;;95;10;",
     "A;2025-05-02 10:00;;Trou;;45;;", "A;2025-05-02 10:00;;Trou;;0;0;", "A;2025-05-02 10:00;;Trou;inconnu;x;y;"],
)  # fmt: skip
def test_what_cannot_be_true_is_a_bad_line(here, tmp_path, line):
    with pytest.raises(BadLines):
        take(here, written(tmp_path, line, head=DATED_HEAD), mapped(tmp_path))


def test_a_known_kind_is_used_again(here, tmp_path):
    mine = CategoryFactory(label_fr="Nid de poule", slug="trous")
    done = take(here, written(tmp_path, GOOD))
    assert done.kinds == 0 and Issue.objects.get().category_id == mine.pk


def test_only_who_configures_may(here, tmp_path):
    with pytest.raises(NotAllowed):
        take(here, written(tmp_path, GOOD), actor=Actor.visitor(here.pk))
    assert not Issue.objects.exists()


def test_only_what_was_taken_in_may_lack_a_place_or_a_date(here, tmp_path):
    take(here, written(tmp_path, GOOD))
    for changes in ({"source_key": None}, {"lat": 45.0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Issue.objects.update(**changes)


def test_its_pages_can_be_read_without_a_place(client, here, tmp_path):
    take(here, written(tmp_path, GOOD))
    issue = Issue.objects.get()
    for path in ("/signalements/", f"/signalements/{issue.code}"):
        answer = client.get(f"/{here.slug}{path}")
        page = answer.content.decode()
        assert answer.status_code == 200 and "Nid-de-poule" in page
        assert "juillet 2024" in page and not re.search(r"\d (?:er )?juillet 2024", page), "no day that was made up"
    found = client.get(f"/api/v1/{here.slug}/issues/{issue.code}")
    assert found.status_code == 200 and found.json()["lat"] is None
    assert [row["lat"] for row in datasets.issues()] == [None]
    assert not list(queries.features(Window(-90, -180, 90, 180), 100))


def test_the_file_is_read_as_it_is_written(here, tmp_path):
    """Reading in parts: the columns are looked at, the rest is only walked through."""
    rows = list(csv.DictReader(written(tmp_path, *[GOOD] * 5).open(encoding="utf-8")))
    table = Table(tmp_path / "requetes.csv", read_map("montreal"), zone="America/Toronto", now=NOW)
    assert len(list(table.walk())) == len(rows)
