"""Address search: as people write, and only in the territory in force."""

import pytest

from parvis.core.geo import queries
from parvis.core.geo.models import Street
from parvis.core.geo.queries import Match
from parvis.core.tenancy.context import use


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("47 rue principale", "47, rue Principale"),
        ("principale 47", "47, rue Principale"),
        ("47 princpale", "47, rue Principale"),
        ("47 pirncipale", "47, rue Principale"),
        ("47 r princip", "47, rue Principale"),
        ("47 rue Principale, Val-Test", "47, rue Principale"),
        ("47 principale val-test", "47, rue Principale"),
        ("47 Principale st", "47, rue Principale"),
        ("5 eglise", "5, rue de l'Église"),
        ("5 rue de l église", "5, rue de l'Église"),
        ("12 ch lac a l epaule", "12, chemin du Lac-à-l'Épaule"),
        ("12 lac lepaule", "12, chemin du Lac-à-l'Épaule"),
        ("7 boul st laurent o", "7, boulevard Saint-Laurent Ouest"),
        ("7 bd st-laurent est", "7, boulevard Saint-Laurent Est"),
        ("7 lafontaine", "7, rue La Fontaine"),
        ("7 ste anne", "7, rue Sainte-Anne"),
        ("7 3e rang", "7, rang 3"),
        ("7 rang 4", "7, 4e Rang"),
        ("9 champ", "9, rue Champlain"),
        ("9 ch", "9, rue Champlain"),
        ("9 mtee mason", "9, montée Masson"),
        ("9 av pins", "9, avenue des Pins"),
        ("9 route 138", "9, route 138"),
        ("7 chemn lac epaule", "7, chemin du Lac-à-l'Épaule"),
        ("7 mont masson", "7, montée Masson"),
        ("7 boulvard saint laurent est", "7, boulevard Saint-Laurent Est"),
    ],
)
def test_the_first_answer(village, typed, label):
    first = queries.search_addresses(village, typed)[0]
    assert (first.match, first.label) == (Match.EXACT, label)


def test_a_number_nobody_knows_is_placed_between_its_neighbours(village):
    first = queries.search_addresses(village, "8 rue de l'Église")[0]
    assert first.match is Match.NEAR
    assert first.label == "8, rue de l'Église"
    assert first.nearest in {"7", "9"}
    seven, nine = (queries.search_addresses(village, f"{n} église")[0] for n in (7, 9))
    assert seven.lon < first.lon < nine.lon


def test_a_number_far_beyond_the_last_gives_the_street(village):
    first = queries.search_addresses(village, "9000 rue Principale")[0]
    assert first.match is Match.STREET


def test_a_street_without_number_lies_on_its_line(village):
    first = queries.search_addresses(village, "principale")[0]
    assert first.match is Match.STREET
    assert (first.lat, round(first.lon, 4)) == (45.005, -71.95)


def test_named_places_are_found(village):
    first = queries.search_addresses(village, "hotel ville")[0]
    assert (first.match, first.label) == (Match.PLACE, "Hôtel de ville")


def test_a_number_alone_prefers_what_is_near(village):
    answers = queries.search_addresses(village, "7", near=(45.065, -71.98))
    assert answers[0].label == "7, route 138"
    assert len(answers) == 8


@pytest.mark.parametrize(
    "typed", ["", "   ", "'; DROP TABLE geo_street; --", "%", "_", "\\", "é" * 10_000, "zzzzqqq", "0"]
)
def test_nonsense_finds_nothing_and_breaks_nothing(village, typed):
    assert queries.search_addresses(village, typed) == []


def test_language_of_the_label(village):
    from django.utils import translation

    with translation.override("en"):
        assert queries.search_addresses(village, "47 principale")[0].label == "47 rue Principale"


def test_a_neighbours_streets_are_never_found(village, neighbour):
    for typed in ("47 rue principale", "principale", "47", "hotel de ville"):
        mine = {answer.lon for answer in queries.search_addresses(village, typed)}
        assert mine
        assert max(mine) < -71.9
    with use(territory=neighbour):
        ids = {a.street_id for a in queries.search_addresses(neighbour, "principale")}
    assert not Street.objects.filter(pk__in=ids).exists()


def test_without_a_territory_the_functions_answer_nothing(village):
    from django.db import connection

    with use(territory=None), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM parvis.search_streets('principale', 0.0, 10)")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM parvis.search_places('hotel', 0.0, 10)")
        assert cursor.fetchone() == (0,)


def test_nearest_address(village):
    door = queries.search_addresses(village, "47 principale")[0]
    near = queries.nearest_address(village, door.lat + 0.00002, door.lon)
    assert near.label == "47, rue Principale"
    assert near.distance == pytest.approx(2.2, abs=0.1)
    assert queries.nearest_address(village, 45.2, -72.5) is None


def test_what_people_call_a_place_without_a_door(village):
    assert queries.describe(village, 45.0051, -71.9285).label == "Rue Principale"
    assert queries.describe(village, 45.5, -72.5) is None
