"""The map's data over the web."""

import json

import pytest
from django.test import Client

from parvis.lib import tilesource
from parvis.lib.geometry import tile_at


@pytest.fixture
def get(village):
    client = Client()
    return lambda path, **headers: client.get(f"/{village.slug}/carte/{path}", headers=headers)


def test_typeahead(get):
    answer = get("adresses?q=47+princpale")
    assert answer.status_code == 200
    first = json.loads(answer.content)["results"][0]
    assert (first["label"], first["match"]) == ("47, rue Principale", "exact")
    assert json.loads(get("adresses").content) == {"results": []}


@pytest.mark.parametrize("query", ["q=x&lat=north", "q=x&lat=95&lon=0", f"q={'x' * 3000}", "q=x&lat=nan&lon=0"])
def test_bad_questions(get, query):
    assert get(f"adresses?{query}").status_code == 422


def test_nearest(get, neighbour):
    inside = json.loads(get("pres?lat=45.0052&lon=-71.943").content)
    assert inside["found"]["label"].endswith("rue Principale")
    assert (inside["inside"], inside["district"], inside["neighbour"]) == (True, "Est", None)
    outside = json.loads(get("pres?lat=45.05&lon=-71.85").content)
    assert outside["inside"] is False
    assert outside["neighbour"] == {"name": "Voisine", "slug": "voisine-test"}
    assert get("pres?lat=45").status_code == 422
    assert get("pres").status_code == 422


def test_tiles_are_kept_by_browsers(get):
    x, y = tile_at(45.005, -71.97, 15)
    first = get(f"tuiles/15/{x}/{y}.mvt")
    assert first.status_code == 200
    assert first["Content-Type"] == "application/vnd.mapbox-vector-tile"
    again = get(f"tuiles/15/{x}/{y}.mvt", **{"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert get("tuiles/14/0/0.mvt").status_code == 204
    assert get(f"tuiles/3/{2**3}/0.mvt").status_code == 404


def test_tilejson_leads_to_tiles(get):
    document = json.loads(get("tuiles.json").content)
    (url,) = document["tiles"]
    assert "{z}/{x}/{y}.mvt?v=" in url
    x, y = tile_at(45.005, -71.97, 15)
    path = url.format(z=15, x=x, y=y).partition("/carte/")[2]
    assert "immutable" in get(path)["Cache-Control"]


def test_preview(get):
    whole = get("apercu.svg")
    assert whole["Content-Type"] == "image/svg+xml"
    assert b"xmlns" in whole.content
    assert get("apercu.svg?lat=45.005&lon=-71.97&reach=300").status_code == 200
    assert get("apercu.svg?lat=45.005&lon=x").status_code == 422


def test_there_is_no_map_at_the_door_of_the_instance(village):
    assert Client().get("/carte/adresses?q=x").status_code == 404


def test_nothing_is_changed_over_the_web(get, village):
    for path in ("adresses", "pres", "apercu.svg", "tuiles.json"):
        assert Client().post(f"/{village.slug}/carte/{path}").status_code == 405


def test_a_configured_tile_source_is_on_every_map_and_no_other_machine_is_named_without_one(get, settings):
    plain = get("tuiles.json")
    assert "pictures" not in json.loads(plain.content)
    assert "https:" not in plain["Content-Security-Policy"]
    settings.TILES = tilesource.read("https://tiles.example.org/{z}/{x}/{y}.png", "© Example")
    drawn = get("tuiles.json")
    pictures = json.loads(drawn.content)["pictures"]
    assert pictures == {"url": "https://tiles.example.org/{z}/{x}/{y}.png", "attribution": "© Example"}
    policy = Client().get("/healthz")["Content-Security-Policy"]  # a client of its own reads the setting anew
    for what in ("img-src", "connect-src"):
        assert "https://tiles.example.org" in policy.split(what)[1].split(";")[0]
    assert policy.count("https:") == 2
