"""What is reported: varied, dated, answered, and the same each time."""

import io
from collections import Counter
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import shapely
from PIL import Image

from parvis.lib.fiction.land import to_metres
from parvis.lib.fiction.people import make_cast
from parvis.lib.fiction.reports import CATEGORIES, SERVICES, make_photo, make_reports
from parvis.lib.fiction.reports.categories import phrases
from parvis.lib.fiction.reports.model import EVENT_KINDS, OUTCOMES, PARTNERS
from parvis.lib.fiction.reports.photos import SCENES, _Scenes
from parvis.lib.fiction.reports.writing import of_street, on_street

UNTIL = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def reports(region):
    """Everything reported in the region, by municipality."""
    return {town.slug: list(make_reports(region, town.slug, 3, UNTIL)) for town in region.municipalities}


@pytest.fixture(scope="module")
def every(reports):
    """Everything reported, in one list."""
    return [report for town in reports.values() for report in town]


def test_categories_are_complete():
    assert 20 <= len(CATEGORIES) <= 30
    assert len({category.slug for category in CATEGORIES}) == len(CATEGORIES)
    assert {category.service for category in CATEGORIES} == set(SERVICES)
    for category in CATEGORIES:
        assert len(category.months) == 12
        assert all(category.label(language) for language in ("fr", "en", "es"))
        assert {"short", "what", "more", "done", "en", "es"} <= set(phrases()[category.slug])
        assert hasattr(_Scenes, SCENES[category.slug])


def test_numbers_follow_the_population(reports):
    assert abs(len(reports["val-des-pins"]) - 6906 * 0.09 * 1.5) < 10
    assert 20 <= len(reports["grand-detour"]) <= 32


def test_texts_never_look_alike(every):
    texts = Counter(report.text for report in every)
    assert sum(count - 1 for count in texts.values()) <= 0.005 * len(every)
    assert max(Counter(report.text[:32] for report in every if report.channel == "web").values()) < 0.01 * len(every)
    assert "{" not in "".join(texts)
    assert all(report.text.strip() == report.text and report.text for report in every)


def test_people_write_as_people_do(every):
    french = [report.text for report in every if report.language == "fr" and report.channel == "web"]
    assert 0.1 < sum(text == text.lower() for text in french) / len(french) < 0.5
    assert any(text.isupper() for text in french)
    assert min(map(len, french)) < 30
    assert max(map(len, french)) > 400
    assert {report.language for report in every} == {"fr", "en", "es"}


def test_nothing_is_dated_outside_the_period(every):
    for report in every:
        assert UNTIL - timedelta(days=560) < report.reported_at <= UNTIL
        assert all(report.reported_at <= event.at <= UNTIL for event in report.events)
        assert [event.at for event in report.events] == sorted(event.at for event in report.events)
        assert report.due_at > report.reported_at


def test_reports_come_in_order_with_keys_of_their_own(reports, every):
    for town in reports.values():
        assert [report.reported_at for report in town] == sorted(report.reported_at for report in town)
    assert len({report.key for report in every}) == len(every)


def test_histories_make_sense(every):
    for report in every:
        kinds = [event.kind for event in report.events]
        assert set(kinds) <= set(EVENT_KINDS)
        assert kinds[0] == "received"
        if report.outcome:
            assert report.outcome in OUTCOMES
            assert report.closed_at is not None
            assert kinds.index("seen") < kinds.index(report.outcome)
        else:
            assert report.closed_at is None
            assert not report.late
        if report.reporter is None:
            assert not {"reply", "question", "rated", "reopened"} & set(kinds)


def test_every_outcome_happens_and_some_are_late(every):
    outcomes = Counter(report.outcome for report in every)
    assert set(outcomes) == {*OUTCOMES, ""}
    assert 0.6 < outcomes["resolved"] / len(every) < 0.9
    assert 0.03 < sum(report.late for report in every) / len(every) < 0.25
    assert sum(not report.outcome and report.due_at < UNTIL for report in every) >= 3
    partners = {event.value for report in every for event in report.events if event.kind == "transferred"}
    assert partners <= set(PARTNERS)
    assert {"ministry", "mrc", "hydro"} <= partners


def test_duplicates_name_an_earlier_report_nearby(every):
    by_key = {report.key: report for report in every}
    twins = [(r, e.value) for r in every for e in r.events if e.kind == "duplicate"]
    assert twins
    for report, key in twins:
        first = by_key[key]
        assert first.reported_at < report.reported_at
        assert first.category == report.category
        assert first.point == report.point


def test_seasons_show(every):
    def months(slug):
        return {report.reported_at.month for report in every if report.category == slug}

    assert months("deneigement") <= {1, 2, 3, 4, 11, 12}
    assert months("herbe-a-poux") <= {5, 6, 7, 8, 9, 10}
    holes = Counter(report.reported_at.month for report in every if report.category == "nid-de-poule")
    assert holes[3] + holes[4] > holes[9] + holes[10]


def test_small_villages_have_no_aqueduct(reports):
    needs = {category.slug for category in CATEGORIES if category.needs == "aqueduct"}
    assert not needs & {report.category for report in reports["grand-detour"]}
    assert needs & {report.category for report in reports["val-des-pins"]}


def test_points_are_in_the_town(region, reports):
    for slug, made in reports.items():
        rings = [to_metres(np.array(ring)) for part in region.municipality(slug).area for ring in part]
        town = shapely.Polygon(rings[0]).buffer(30)
        points = to_metres(np.array([report.point for report in made]))
        assert shapely.contains_xy(town, *points.T).all()


def test_staff_answer_for_their_own_town(region, reports):
    cast = make_cast(region)
    for slug, made in reports.items():
        own = {person.key for person in cast.staff_of(slug)} | {"reporter", "system"}
        assert {event.by for report in made for event in report.events} <= own


def test_demo_people_find_their_reports(reports):
    names = {report.reporter.key for report in reports["val-des-pins"] if report.reporter}
    assert {"alexandre", "judith", "henri", "monique"} <= names
    assert "kevin" in {report.reporter.key for report in reports["saint-ozias"] if report.reporter}


def test_the_same_seed_tells_the_same_story(region, reports):
    assert list(make_reports(region, "saint-ozias", 3, UNTIL)) == reports["saint-ozias"]
    assert list(make_reports(region, "saint-ozias", 4, UNTIL)) != reports["saint-ozias"]


def test_wrong_arguments_are_refused(region):
    with pytest.raises(KeyError):
        make_reports(region, "nulle-part", 3, UNTIL)
    with pytest.raises(ValueError, match="time zone"):
        make_reports(region, "saint-ozias", 3, UNTIL.replace(tzinfo=None))


def test_photos_are_small_jpegs_and_repeatable(every):
    seen = {}
    for report in every:
        if report.photo:
            seen.setdefault(report.category, report)
    assert len(seen) > 20
    for report in seen.values():
        data = make_photo(report)
        assert data == make_photo(report)
        assert len(data) < 40_000
        assert Image.open(io.BytesIO(data)).size == (640, 480)
    first = next(iter(seen.values()))
    assert make_photo(first, after=True) != make_photo(first)


@pytest.mark.parametrize(("name", "on", "of"), [
    ("rue Principale", "sur la rue Principale", "de la rue Principale"),
    ("rang Simard", "dans le rang Simard", "du rang Simard"),
    ("1er Rang", "dans le 1er Rang", "du 1er Rang"),
    ("avenue Bélanger", "sur l'avenue Bélanger", "de l'avenue Bélanger"),
    ("chemin du Pont", "sur le chemin du Pont", "du chemin du Pont"),
    ("route 286", "sur la route 286", "de la route 286"),
])  # fmt: skip
def test_streets_take_their_article(name, on, of):
    assert (on_street(name), of_street(name)) == (on, of)
