"""Geometry on the ground."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, Polygon

from parvis.lib import geometry as g

lats, lons = st.floats(-84, 84), st.floats(-179.9, 179.9)
SQUARE = {"type": "Polygon", "coordinates": [[[-72, 45], [-71.9, 45], [-71.9, 45.1], [-72, 45.1], [-72, 45]]]}


def test_known_distances():
    # Quebec City hall to Montreal city hall, about 233 km
    assert g.distance_m(46.8138, -71.2082, 45.5088, -73.5540) == pytest.approx(232_700, rel=0.005)
    assert g.distance_m(0, 179.999, 0, -179.999) == pytest.approx(222.4, rel=0.01)


@given(lats, lons, lats, lons)
def test_distance_is_symmetric_and_bounded(lat1, lon1, lat2, lon2):
    there, back = g.distance_m(lat1, lon1, lat2, lon2), g.distance_m(lat2, lon2, lat1, lon1)
    assert there == pytest.approx(back, abs=1e-3)
    assert 0 <= there <= math.pi * g.EARTH_RADIUS + 1


def test_inside_edge_and_outside():
    area = g.Area(SQUARE)
    assert area.contains(45.05, -71.95)
    assert area.contains(45.0, -71.95)
    assert not area.contains(44.999, -71.95)
    assert area.distance_m(45.05, -71.95) == 0
    assert area.distance_m(44.999, -71.95) == pytest.approx(111.2, rel=0.01)
    assert area.within(44.9999, -71.95, 15)
    assert not area.within(44.9999, -71.95, 5)


@given(st.floats(44.9, 45.2), st.floats(-72.1, -71.8))
def test_distance_agrees_with_containment(lat, lon):
    area = g.Area(SQUARE)
    assert (area.distance_m(lat, lon) == 0) == (45 <= lat <= 45.1 and -72 <= lon <= -71.9)


@pytest.mark.parametrize(
    "bad",
    [
        {}, {"type": "Polygon"}, {"type": "Nonsense", "coordinates": []}, {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[["a", "b"]]]}, {"type": "Point", "coordinates": [1, 2]},
    ],
)  # fmt: skip
def test_no_area_from_nonsense(bad):
    with pytest.raises(g.InvalidGeometry):
        g.Area(bad)


def test_bow_ties_are_made_valid():
    bow = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
    assert g.read(bow).is_valid


def test_length_and_surface():
    assert g.length_m(LineString([(-72, 45), (-72, 45.01)])) == pytest.approx(1112, rel=0.001)
    assert g.area_km2(g.read(SQUARE)) == pytest.approx(87.6, rel=0.01)


@given(st.floats(-60, 60), st.floats(-170, 170), st.floats(-5000, 5000), st.floats(-5000, 5000))
def test_local_frame_there_and_back(lat, lon, x, y):
    frame = g.LocalFrame(lat, lon)
    assert frame.xy(*frame.latlon(x, y)) == pytest.approx((x, y), abs=0.01)


@given(st.lists(st.tuples(st.floats(45, 45.2), st.floats(-72, -71.8)), min_size=1, max_size=30))
def test_hull_holds_every_point(points):
    area = g.Area(g.hull(points, margin_m=20))
    assert all(area.contains(*point) for point in points)


def test_hull_of_nothing():
    with pytest.raises(g.InvalidGeometry):
        g.hull([])


def test_quebec_lambert_becomes_degrees():
    moved = g.reproject(Point(-204_000, 318_000), "EPSG:32198")
    assert moved.y == pytest.approx(46.8, abs=0.2)
    assert moved.x == pytest.approx(-71.2, abs=0.2)
    assert g.reproject(Point(-71, 46), "urn:ogc:def:crs:OGC:1.3:CRS84").equals(Point(-71, 46))
    with pytest.raises(g.InvalidGeometry):
        g.reproject(Point(0, 0), "EPSG:999999")


@given(lats, lons, st.integers(0, 18))
def test_the_tile_of_a_place_holds_it(lat, lon, zoom):
    assert g.tile_box(zoom, *g.tile_at(lat, lon, zoom)).grown(0.5).contains(lat, lon)


@given(lats, lons)
def test_mercator_there_and_back(lat, lon):
    assert g.from_mercator(*g.mercator(lat, lon)) == pytest.approx((lat, lon), abs=1e-6)


@pytest.mark.parametrize("tile", [(0, 1, 0), (3, 8, 0), (3, -1, 0), (-1, 0, 0), (99, 0, 0)])
def test_no_such_tile(tile):
    with pytest.raises(ValueError, match="tile"):
        g.tile_box(*tile)


def test_simplified_stays_near():
    wave = LineString([(x / 1000, math.sin(x / 10) / 10_000) for x in range(1000)])
    less = g.simplify(wave, 5)
    assert len(less.coords) < len(wave.coords) / 2
    assert wave.hausdorff_distance(less) < math.degrees(5.1 / g.EARTH_RADIUS)


def test_along_a_line():
    line = [(45.0, -72.0), (45.0, -71.9), (45.1, -71.9)]
    assert g.along(line, 0) == line[0]
    assert g.along(line, 1) == pytest.approx(line[2])
    assert g.along(line, 0.2)[0] == 45.0


def test_boxes():
    box = g.bbox(Polygon([(0, 0), (2, 0), (2, 1), (0, 1)]))
    assert box.centre == (0.5, 1)
    assert box.meets(g.Box(2, 1, 3, 3))
    assert not box.meets(g.Box(2.1, 1, 3, 3))
    assert g.is_position(45, -72)
    assert not g.is_position(float("nan"), 0)
    assert not g.is_position(91, 0)
    assert g.zoom_for(g.Box(-180, -85, 180, 85), 256, 256) == pytest.approx(0, abs=0.01)
