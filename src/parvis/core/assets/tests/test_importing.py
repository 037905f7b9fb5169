"""Assets come from files, whole or not at all, and keep their history."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from parvis.core.assets.importers import read_assets
from parvis.core.assets.models import Asset, AssetEvent, AssetState
from parvis.core.assets.operations import change_state, import_assets
from parvis.core.audit.models import Entry
from parvis.core.geo.importers.reading import BadLines
from parvis.core.identity.tests.factories import staff_actor
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, NotAllowed
from parvis.lib.ids import new_id

pytestmark = pytest.mark.django_db

NOW, LATER = datetime(2026, 6, 1, 14, tzinfo=UTC), datetime(2026, 7, 1, 14, tzinfo=UTC)
CSV = (
    "Type;Numéro;Nom;État;Rue;Année;Latitude;Longitude;Puissance\n"
    "Lampadaire;L-1;;good;rue du Moulin;2012;45,801;-71,902;40 W\n"
    "Borne-fontaine;B-7;Devant l'école;worn;;n/d;45.802;-71.903;\n"
)
BAD = (
    "kind,code,lat,lon,state\n"
    "lamp,L-1,45.8,-71.9,good\n"
    "spaceship,S-1,45.8,-71.9,good\n"
    "lamp,,45.8,-71.9,good\n"
    "lamp,L-2,north,-71.9,good\n"
    "lamp,L-3,145.8,-71.9,good\n"
    "lamp,L-4,45.8,-71.9,splendid\n"
    "lamp,L-1,45.8,-71.9,good\n"
)


def written(folder: Path, text: str, name: str = "assets.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_is_read_in_french_with_commas_in_numbers(clerk: Actor, tmp_path: Path) -> None:
    stored = import_assets(actor=clerk, reading=read_assets(written(tmp_path, CSV)), now=NOW)
    assert (stored.added, stored.changed, stored.same) == (2, 0, 0)
    lamp, hydrant = Asset.objects.get(code="L-1"), Asset.objects.get(code="B-7")
    assert (lamp.kind, lamp.lat, lamp.lon, lamp.installed) == ("lamp", 45.801, -71.902, 2012)
    assert (lamp.street, lamp.details) == ("rue du Moulin", {"Puissance": "40 W"})
    assert (hydrant.kind, hydrant.name, hydrant.state, hydrant.installed) == (
        "hydrant", "Devant l'école", AssetState.WORN, None,
    )  # fmt: skip
    assert list(AssetEvent.objects.values_list("what", "actor_id")) == [("imported", clerk.person_id)] * 2


def test_geojson_is_read_and_a_surface_stands_at_a_point_within(clerk: Actor, tmp_path: Path) -> None:
    square = [[[-72.0, 45.0], [-71.0, 45.0], [-71.0, 46.0], [-72.0, 46.0], [-72.0, 45.0]]]
    features = [
        {"type": "Feature", "id": "P1", "properties": {"condition": "poor"},
         "geometry": {"type": "Point", "coordinates": [-71.9, 45.8]}},
        {"type": "Feature", "id": "P2", "properties": {"kind": "building", "nom": "Garage"},
         "geometry": {"type": "Polygon", "coordinates": square}},
    ]  # fmt: skip
    text = json.dumps({"type": "FeatureCollection", "features": features})
    import_assets(actor=clerk, reading=read_assets(written(tmp_path, text, "a.geojson"), kind="culvert"), now=NOW)
    culvert, building = Asset.objects.get(code="P1"), Asset.objects.get(code="P2")
    assert (culvert.kind, culvert.state, culvert.lon) == ("culvert", AssetState.POOR, -71.9)
    assert (building.kind, building.name) == ("building", "Garage")
    assert -72 < building.lon < -71
    assert 45 < building.lat < 46


def test_a_feature_without_a_place_is_a_bad_line(tmp_path: Path) -> None:
    feature = {"type": "Feature", "id": "P1", "properties": {}, "geometry": None}
    reading = read_assets(written(tmp_path, json.dumps({"features": [feature]}), "a.json"), kind="lamp")
    assert [(bad.line, bad.value) for bad in reading.bad] == [(1, "")]
    assert reading.drafts == []


def test_bad_lines_are_all_listed_and_nothing_is_written(clerk: Actor, tmp_path: Path) -> None:
    reading = read_assets(written(tmp_path, BAD))
    with pytest.raises(BadLines) as refused:
        import_assets(actor=clerk, reading=reading, now=NOW)
    assert [bad.line for bad in refused.value.lines] == [3, 4, 5, 6, 7, 8]
    assert len({bad.reason for bad in refused.value.lines}) == 6
    assert not Asset.objects.exists()
    assert not AssetEvent.objects.exists()


def test_twice_makes_no_doubles_and_a_new_state_is_a_change(clerk: Actor, tmp_path: Path) -> None:
    for _ in range(2):
        again = import_assets(actor=clerk, reading=read_assets(written(tmp_path, CSV)), now=NOW)
    assert (again.added, again.changed, again.same) == (0, 0, 2)
    ids = set(Asset.objects.values_list("pk", flat=True))
    reading = read_assets(written(tmp_path, CSV.replace("good", "broken")))
    third = import_assets(actor=clerk, reading=reading, now=LATER)
    assert (third.added, third.changed, third.same) == (0, 1, 1)
    assert set(Asset.objects.values_list("pk", flat=True)) == ids
    assert Asset.objects.get(code="L-1").state == AssetState.BROKEN
    assert AssetEvent.objects.filter(what="imported").count() == 2


@pytest.mark.parametrize("year", ["99999", "²", "-3", "1998.5"])
def test_what_is_no_year_is_left_out(year: str, tmp_path: Path) -> None:
    (draft,) = read_assets(written(tmp_path, f"kind,code,lat,lon,year\nlamp,1,45.8,-71.9,{year}\n")).drafts
    assert draft.installed is None


@pytest.mark.parametrize("who", ["visitor", "resident", "neighbour_clerk", "other_staff"])
def test_the_wrong_person_imports_nothing(
    who: str, request: pytest.FixtureRequest, territory: Territory, tmp_path: Path
) -> None:
    actor = staff_actor(territory, "geo.import") if who == "other_staff" else request.getfixturevalue(who)
    with pytest.raises(NotAllowed):
        import_assets(actor=actor, reading=read_assets(written(tmp_path, CSV)), now=NOW)
    assert not Asset.objects.exists()


@pytest.fixture
def lamp(clerk: Actor, tmp_path: Path) -> Asset:
    import_assets(actor=clerk, reading=read_assets(written(tmp_path, CSV)), now=NOW)
    return Asset.objects.get(code="L-1")


def test_a_change_of_state_is_a_line_of_history(clerk: Actor, lamp: Asset) -> None:
    case_id = new_id()
    change_state(actor=clerk, asset=lamp, state=AssetState.BROKEN, now=LATER, case_id=case_id)
    lamp.refresh_from_db()
    assert (lamp.state, lamp.updated_at) == (AssetState.BROKEN, LATER)
    line = lamp.history.get(what="state_changed")
    assert (line.before, line.after, line.actor_id, line.case_id, line.at) == (
        "good", "broken", clerk.person_id, case_id, LATER,
    )  # fmt: skip
    assert Entry.objects.get(name="assets.state_changed").data == {"before": "good", "after": "broken"}


def test_a_state_it_has_already_is_no_change(clerk: Actor, lamp: Asset) -> None:
    with pytest.raises(Invalid):
        change_state(actor=clerk, asset=lamp, state=AssetState.GOOD, now=LATER)
    assert not lamp.history.filter(what="state_changed").exists()


@pytest.mark.parametrize("who", ["visitor", "resident", "neighbour_clerk"])
def test_the_wrong_person_changes_no_state(who: str, request: pytest.FixtureRequest, lamp: Asset) -> None:
    with pytest.raises(NotAllowed):
        change_state(actor=request.getfixturevalue(who), asset=lamp, state=AssetState.BROKEN, now=LATER)
    lamp.refresh_from_db()
    assert lamp.state == AssetState.GOOD


def test_the_next_town_sees_none_of_it(lamp: Asset, neighbour: Territory) -> None:
    with use(territory=neighbour):
        assert not Asset.objects.exists()
