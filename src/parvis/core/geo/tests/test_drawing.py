"""The drawn map and the vector tiles: small, safe, of this territory only."""

import re
import xml.etree.ElementTree as ET

import mapbox_vector_tile
import pytest
from shapely.geometry import LineString, box

from parvis.core.geo import drawing, operations, tiles
from parvis.core.geo.canvas import View, path
from parvis.core.geo.drawing import Mark
from parvis.core.geo.importers.reading import MapReading, StreetDraft
from parvis.core.tenancy.context import use
from parvis.lib.geometry import Box, tile_at

from .conftest import system


def test_a_drawing_is_small_valid_and_named(village):
    image = drawing.svg(village, drawing.window(village), title="Carte & plan")
    root = ET.fromstring(image)
    assert root.attrib["aria-label"] == "Carte & plan"
    assert root.attrib["role"] == "img"
    assert len(image) < 30_000
    assert 'class="road"' in image
    assert "Rue Principale" in drawing.svg(village, drawing.around(45.005, -71.97, 800))


def test_marks_are_pins_and_links_and_never_markup(village):
    marks = [Mark(45.05, -71.95, label="<script>", tone="done", url="/x?a=1&b=2"), Mark(50, 0, label="loin")]
    image = drawing.svg(village, drawing.window(village), marks=marks)
    root = ET.fromstring(image)
    assert [link.attrib["href"] for link in root.iter("a")] == ["/x?a=1&b=2"]
    assert [title.text for title in root.iter("title")] == ["<script>"]
    assert image.count('class="pin') == 1


def test_no_name_is_written_under_a_pin(village):
    window = drawing.around(45.005, -71.97, 800)
    before = drawing.svg(village, window)
    place = re.search(r"translate\((\d+) (\d+)\)[^>]*>Rue Principale<", before)
    here = drawing.position(window, drawing.SIZE, int(place[1]), int(place[2]) + 18)
    far = drawing.position(window, drawing.SIZE, int(place[1]), int(place[2]) + 120)
    assert ">Rue Principale<" not in drawing.svg(village, window, marks=[Mark(*here)])
    assert ">Rue Principale<" in drawing.svg(village, window, marks=[Mark(*far)])
    assert drawing.svg(village, window) == before


def test_a_standalone_image_brings_its_colours(village):
    assert "<style>" in drawing.svg(village, drawing.window(village), standalone=True)
    assert "<style>" not in drawing.svg(village, drawing.window(village))


def test_an_image_without_title_is_hidden_from_readers(village):
    assert 'aria-hidden="true"' in drawing.svg(village, drawing.window(village))


def test_a_change_is_drawn_at_once(village):
    window = drawing.around(45.08, -71.95, 500)
    before = drawing.svg(village, window)
    assert drawing.svg(village, window) == before
    reading = MapReading()
    reading.streets.drafts = [StreetDraft("Rue Neuve", 3, [LineString([(-71.96, 45.08), (-71.94, 45.08)])])]
    operations.store_map(actor=system(village), territory=village, reading=reading)
    assert "Rue Neuve" in drawing.svg(village, window)


def test_a_tap_on_the_image_is_a_place(village):
    window, size = drawing.window(village), (720, 360)
    x, y = drawing.pixel(window, size, 45.03, -71.97)
    assert drawing.position(window, size, x, y) == pytest.approx((45.03, -71.97), abs=1e-7)


def test_paths_are_whole_relative_pixels():
    line = LineString([(0.2, 0.4), (10.1, 5.2), (4.0, -3.0)])
    assert path([line]) == "M0 0l10 5-6-8"
    assert path([box(0, 0, 10, 10)]).endswith("z")
    assert path([LineString([(0, 0), (0.3, 0.3)])]) == ""


def test_a_view_holds_its_window():
    window = Box(-72, 45, -71.9, 45.1)
    view = View.over(window, 720, 360)
    assert view.box.west <= window.west
    assert view.box.north >= window.north - 1e-9
    assert view.shows(45.0001, -71.9999)
    assert not view.shows(46, -72)


def decode(content):
    return mapbox_vector_tile.decode(content, default_options={"y_coord_down": True})


def test_a_tile_holds_streets_names_and_doors(village):
    layers = decode(tiles.tile(village, 16, *tile_at(45.005, -71.97, 16)))
    assert {f["properties"]["name"] for f in layers["road"]["features"]} == {"Rue Principale"}
    assert layers["door"]["features"]
    west = decode(tiles.tile(village, 10, *tile_at(45.005, -71.97, 10)))
    assert "door" not in west
    assert west["boundary"]["features"][0]["properties"] == {"name": "Val-Test", "own": True}


def test_a_neighbours_streets_are_not_in_my_tiles(village, neighbour):
    x, y = tile_at(45.005, -71.85, 16)
    assert "road" not in decode(tiles.tile(village, 16, x, y) or b"")
    with use(territory=neighbour):
        assert "road" in decode(tiles.tile(neighbour, 16, x, y))


def test_empty_and_impossible_tiles(village):
    assert tiles.tile(village, 14, 0, 0) == b""
    assert tiles.tile(village, 3, 0, 0) == b""
    with pytest.raises(ValueError, match="tile"):
        tiles.tile(village, 14, 1 << 14, 0)


def test_coordinates_of_a_drawing_stay_near_the_image(village):
    image = drawing.svg(village, drawing.around(45.005, -71.97, 100))
    starts = re.findall(r"M(-?\d+) ?(-?\d+)l", image)
    assert starts
    assert all(-40 <= int(x) <= 760 and -40 <= int(y) <= 400 for x, y in starts)
