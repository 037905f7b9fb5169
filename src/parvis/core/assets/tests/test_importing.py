"""Assets come from files, whole or not at all, are changed by staff, and keep their history."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from shapely.geometry import box

from parvis.core.assets.importers import read_assets
from parvis.core.assets.models import Asset, AssetEvent, AssetState
from parvis.core.assets.operations import change_asset, import_assets
from parvis.core.audit.models import Entry
from parvis.core.geo.importers.reading import AreaDraft, BadLines
from parvis.core.geo.operations import store_boundary
from parvis.core.identity.tests.factories import staff_actor
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, NotAllowed

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


def test_what_a_later_file_says_otherwise_is_in_the_history(clerk: Actor, tmp_path: Path) -> None:
    import_assets(actor=clerk, reading=read_assets(written(tmp_path, CSV)), now=NOW)
    Asset.objects.filter(code="B-7").update(is_public=False)
    later = CSV.replace("good", "broken").replace("45.802;-71.903", "45.8025;-71.903").replace("45,801;", "45,8010001;")
    for _ in range(2):
        import_assets(actor=clerk, reading=read_assets(written(tmp_path, later)), now=LATER)
    told = AssetEvent.objects.exclude(what="imported").values_list("asset__code", "what", "before", "after", "at")
    assert sorted(told) == [
        ("B-7", "moved", "45.80200,-71.90300", "45.80250,-71.90300", LATER),
        ("L-1", "state_changed", "good", "broken", LATER),
    ], "once each; less than a metre is no move"
    assert not Asset.objects.get(code="B-7").is_public, "a file does not show what staff took off the map"


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


def change(actor: Actor, asset: Asset, **said: Any) -> Asset:
    """Change some of it, the rest as it was."""
    names = ("state", "street", "lat", "lon", "is_public")
    whole: dict[str, Any] = {name: getattr(asset, name) for name in names} | said
    return change_asset(actor=actor, asset=asset, now=LATER, **whole)


def test_each_change_is_a_line_of_history(clerk: Actor, lamp: Asset) -> None:
    change(clerk, lamp, state=AssetState.BROKEN, lat=45.8015, is_public=False)
    lamp.refresh_from_db()
    assert (lamp.state, lamp.lat, lamp.is_public, lamp.updated_at) == (AssetState.BROKEN, 45.8015, False, LATER)
    lines = lamp.history.exclude(what="imported").order_by("what")
    assert [(line.what, line.before, line.after, line.actor_id, line.at) for line in lines] == [
        ("hidden", "", "", clerk.person_id, LATER),
        ("moved", "45.80100,-71.90200", "45.80150,-71.90200", clerk.person_id, LATER),
        ("state_changed", "good", "broken", clerk.person_id, LATER),
    ]
    with translation.override("en"):
        assert lamp.history.get(what="state_changed").change == "Good → Out of order"
    assert Entry.objects.get(name="assets.changed").data == {"before": "good", "after": "broken", "is_public": False}


def test_what_stays_as_it_was_is_no_line(clerk: Actor, lamp: Asset) -> None:
    change(clerk, lamp)
    assert not Entry.objects.filter(name="assets.changed").exists()
    change(clerk, lamp, street="rue de l'Étang")
    assert Asset.objects.get(pk=lamp.pk).street == "rue de l'Étang"
    assert lamp.history.count() == 1


def test_it_is_not_moved_out_of_the_territory(territory: Territory, clerk: Actor, lamp: Asset) -> None:
    square = AreaDraft("1", "", box(-72, 45.7, -71.8, 45.9))
    store_boundary(actor=Actor.system(territory.pk), territory=territory, areas=[square])
    with pytest.raises(Invalid) as refused:
        change(clerk, lamp, lat=48.0)
    assert refused.value.field == "place"
    assert Asset.objects.get(pk=lamp.pk).lat == 45.801


@pytest.mark.parametrize("who", ["visitor", "resident", "neighbour_clerk", "other_staff"])
def test_the_wrong_person_changes_nothing(
    who: str, request: pytest.FixtureRequest, territory: Territory, lamp: Asset
) -> None:
    actor = staff_actor(territory, "issues.work") if who == "other_staff" else request.getfixturevalue(who)
    with pytest.raises(NotAllowed):
        change(actor, lamp, state=AssetState.BROKEN)
    assert Asset.objects.get(pk=lamp.pk).state == AssetState.GOOD
    assert lamp.history.count() == 1


def test_the_next_town_sees_none_of_it(lamp: Asset, neighbour: Territory) -> None:
    with use(territory=neighbour):
        assert not Asset.objects.exists()
