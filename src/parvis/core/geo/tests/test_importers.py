"""Readers of other people's files: every bad line told, nothing written by halves, twice is once."""

import json

import pytest
from click.testing import CliRunner

from parvis.core.geo import commands, operations
from parvis.core.geo.importers import directory, geojson, osm, table
from parvis.core.geo.importers.reading import BadLines, Unreadable
from parvis.core.geo.models import Address, Boundary, District, MapFeature, Place, Street

from .conftest import make_territory, shared, system


@pytest.fixture
def write(tmp_path):
    def save(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return save


def collection(*features, **more):
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more})


def line(name, coordinates, **properties):
    geometry = {"type": "LineString", "coordinates": coordinates}
    return {"type": "Feature", "properties": {"NOM": name, **properties}, "geometry": geometry}


def square(west, south, side=0.1, **properties):
    ring = [[west, south], [west + side, south], [west + side, south + side], [west, south + side], [west, south]]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def test_pieces_of_one_name_are_one_street(write):
    path = write("s.geojson", collection(
        line("Rue de l'Église", [[-72, 45], [-72, 45.01]], classe="Collectrice"),
        line("RUE DE L’EGLISE", [[-72, 45.01], [-72, 45.02]]),
        line("Rue de l'Église", [[-72, 45], [-72, 45.01]]),
        line(None, [[-72, 45], [-71, 45]]),
    ))  # fmt: skip
    reading = geojson.read_streets(path)
    (street,) = reading.streets.drafts
    assert (street.name, street.road_class, len(street.pieces)) == ("Rue de l'Église", 3, 2)
    assert (reading.streets.doubles, reading.streets.unnamed, len(reading.features.drafts)) == (1, 1, 1)


def test_every_bad_feature_is_told(write):
    path = write("s.geojson", collection(
        line("Bonne", [[-72, 45], [-72, 45.01]]),
        {"type": "Feature", "properties": {"name": "Sans"}, "geometry": None},
        square(-72, 45, name="Carré"),
        line("Ailleurs", [[500, 45], [501, 45]]),
        "rien",
    ))  # fmt: skip
    assert [bad.line for bad in geojson.read_streets(path).streets.bad] == [2, 3, 4, 5]


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"type": "Nothing"}', b"\xff\xfe\x00", '"text"', '{"features": 3}']
)
def test_files_that_are_no_maps(write, content):
    with pytest.raises(Unreadable):
        geojson.read_streets(write("s.geojson", content))


def test_a_missing_file(tmp_path):
    with pytest.raises(Unreadable):
        geojson.read_streets(tmp_path / "nothing.geojson")


def test_another_reference_system_is_converted(write):
    metres = collection(line("Rue", [[-204000, 318000], [-203000, 318000]]))
    path = write("s.geojson", metres)
    (street,) = geojson.read_streets(path, crs="EPSG:32198").streets.drafts
    assert street.pieces[0].bounds[1] == pytest.approx(46.8, abs=0.2)
    named = json.loads(metres) | {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32198"}}}
    (again,) = geojson.read_streets(write("n.geojson", json.dumps(named))).streets.drafts
    assert again.pieces[0].equals(street.pieces[0])
    assert len(geojson.read_streets(path).streets.bad) == 1  # metres taken for degrees are noticed
    with pytest.raises(Unreadable):
        geojson.read_streets(path, crs="EPSG:99999999")


def test_areas_need_codes_said_once(write):
    path = write("a.geojson", collection(square(0, 0, NO_DIS=1.0, NM_DIS="Nord"), square(1, 1, NO_DIS=1)))
    reading = geojson.read_areas(path)
    assert [(area.code, area.name) for area in reading.drafts] == [("1", "Nord")]
    assert [bad.line for bad in reading.bad] == [2]


CSV = "No civique;Odonyme;Latitude;Longitude;Code postal\n{}"


def test_columns_are_guessed_whatever_their_language(write):
    rows = (
        "47;Rue Principale;45,005;-71,95;j0a 1a0\n47 1/2;Rue Principale;45.005;-71.95;\n49-A;Rue Principale;45;-71;\n"
    )
    reading = table.read_addresses(write("a.csv", "\ufeff" + CSV.format(rows)))
    assert [(d.number, d.suffix) for d in reading.drafts] == [(47, ""), (47, "½"), (49, "A")]
    assert (reading.drafts[0].lat, reading.drafts[0].postal_code) == (45.005, "J0A 1A0")
    assert reading.bad == []


def test_a_whole_address_in_one_column(write):
    rows = 'adresse,lat,lon\n"47, rue Principale, Danville",45,-72\n12 chemin du Lac,45,-72\nsans numéro,45,-72\n'
    reading = table.read_addresses(write("a.csv", rows))
    assert [(d.number, d.street) for d in reading.drafts] == [(47, "rue Principale"), (12, "chemin du Lac")]
    assert [bad.line for bad in reading.bad] == [4]


def test_every_bad_line_is_told_with_its_number(write):
    rows = "47;Rue A;45;-72;\nX;Rue A;45;-72;\n48;;45;-72;\n49;Rue A;nord;-72;\n50;Rue A;95;-72;\n"
    rows += "\n51;Rue A;0;0;\n47;rue a;45;-72;\n"
    reading = table.read_addresses(write("a.csv", CSV.format(rows)))
    assert [bad.line for bad in reading.bad] == [3, 4, 5, 6, 8]
    assert (len(reading.drafts), reading.doubles) == (1, 1)


def test_old_encodings_and_other_separators(write):
    content = "numero|rue|lat|lon\n5|Rue de l'Église|45|-72\n".encode("cp1252")
    (draft,) = table.read_addresses(write("a.csv", content)).drafts
    assert draft.street == "Rue de l'Église"


def test_a_missing_column_says_which_there_are(write):
    with pytest.raises(Unreadable) as refusal:
        table.read_addresses(write("a.csv", "number,street\n1,Rue\n"))
    assert "lat, lon" in str(refusal.value)
    assert "number, street" in str(refusal.value)
    with pytest.raises(Unreadable):
        table.read_addresses(write("b.csv", CSV.format("")), columns={"street": "Inconnue"})


def test_chosen_columns_and_projected_points(write):
    path = write("a.csv", "n,voie bizarre,est,nord\n5,Rue X,-204000,318000\n")
    columns = {"number": "n", "street": "voie bizarre", "lon": "est", "lat": "nord"}
    (draft,) = table.read_addresses(path, columns=columns, crs="EPSG:32198").drafts
    assert draft.lat == pytest.approx(46.8, abs=0.2)


def test_bad_lines_write_nothing_and_twice_is_once(db, write):
    town = make_territory("import-test")
    good = "47;Rue Principale;45.005;-71.95;\n49;Rue Principale;45.005;-71.94;\n"
    with pytest.raises(BadLines):
        reading = table.read_addresses(write("a.csv", CSV.format(good + "X;Rue Principale;45;-72;\n")))
        operations.store_addresses(actor=system(town), territory=town, reading=reading)
    from parvis.core.tenancy.context import use

    with use(territory=town):
        assert not Address.objects.exists()
        path = write("b.csv", CSV.format(good))
        for expected in ((2, 0, 0), (0, 0, 2)):
            done = operations.store_addresses(actor=system(town), territory=town, reading=table.read_addresses(path))
            assert (done.added, done.changed, done.same) == expected
        moved = write("c.csv", CSV.format(good.replace("-71.94", "-71.93")))
        done = operations.store_addresses(actor=system(town), territory=town, reading=table.read_addresses(moved))
        assert (done.added, done.changed, done.same) == (0, 1, 1)
        assert Street.objects.count() == 1


def test_the_commands(db, write):
    town = make_territory("commande")
    from parvis.core.tenancy.context import use

    streets = write("s.geojson", collection(line("Rue Principale", [[-72, 45.05], [-71.95, 45.05]])))
    limits = write("b.geojson", collection(square(-72, 45)))
    halves = write(
        "d.geojson", collection(square(-72, 45, 0.05, code="1", name="Sud"), square(-71.95, 45, 0.05, code="2"))
    )
    doors = write("a.csv", CSV.format("5;Rue Principale;45.05;-71.99;\n"))
    with use():
        for command, *arguments in (
            (commands.boundaries, limits), (commands.boundaries, halves, "--as", "electoral"),
            (commands.streets, streets), (commands.addresses, doors),
        ):  # fmt: skip
            result = CliRunner().invoke(command, [town.slug, *map(str, arguments)], catch_exceptions=False)
            assert result.exit_code == 0, result.output
            assert result.output.strip()
    with use(territory=town):
        assert (Boundary.objects.count(), District.objects.count(), Street.objects.count()) == (1, 2, 1)
        assert Address.objects.get().street.name == "Rue Principale"
    refused = CliRunner().invoke(commands.streets, ["nulle-part", str(streets)])
    assert refused.exit_code == 1
    assert "nulle-part" in str(refused.exception)


def test_the_directory_tells_what_a_municipality_is():
    path = shared("boundaries", "qc_municipalities_slim.csv")
    row = directory.find_municipality(path, "Mascouche")
    assert (row.official_code, row.designation, row.slug) == ("64015", "Ville", "mascouche")
    assert row.population > 40_000
    assert row.phone.startswith("+1450")
    assert (row.website, row.region) == ("https://www.mascouche.ca", "Lanaudière")
    rows = directory.read_directory(path)
    slugs = [found.slug for found in rows]
    assert len(slugs) == len(set(slugs)) == len(rows) > 1000
    assert "Saguenay–Lac-Saint-Jean" in {found.region for found in rows}
    assert all(not found.website or found.website.startswith(("http://", "https://")) for found in rows)
    with pytest.raises(Exception, match="no municipality"):
        directory.find_municipality(path, "Atlantide")


def test_shared_names_need_a_code():
    path = shared("boundaries", "qc_municipalities_slim.csv")
    names = [row.name for row in directory.read_directory(path)]
    twice = next(name for name in names if names.count(name) > 1)
    with pytest.raises(Exception, match="Several"):
        directory.find_municipality(path, twice)


@pytest.mark.slow
def test_a_whole_country_from_openstreetmap(db):
    from parvis.core.tenancy.context import use

    town = make_territory("andorre")
    reading = osm.read_map(shared("osm", "andorra.osm.pbf"))
    assert len(reading.streets.drafts) > 100
    done = operations.store_map(actor=system(town), territory=town, reading=reading)
    assert done["streets"].added > 100
    again = operations.store_map(
        actor=system(town), territory=town, reading=osm.read_map(shared("osm", "andorra.osm.pbf"))
    )
    assert all(stored.added == stored.changed == 0 for stored in again.values())
    with use(territory=town):
        assert MapFeature.objects.filter(kind="river").exists()
        assert Place.objects.filter(kind__in=["town", "village", "hamlet", "city"]).exists()


def test_openstreetmap_xml(db):
    reading = osm.read_map(shared("osm", "montreal_outremont_network.osm"))
    names = {street.name for street in reading.streets.drafts}
    assert "Chemin de Polytechnique" in names
    assert all(street.pieces for street in reading.streets.drafts)


@pytest.mark.parametrize("content", ["", "not a map", "<osm>"])
def test_no_openstreetmap_file(write, content):
    with pytest.raises(Unreadable):
        osm.read_map(write("x.osm", content))


def test_an_extract_that_cuts_its_ways(write):
    path = write(
        "x.osm",
        """<?xml version="1.0"?><osm version="0.6">
      <node id="1" lat="45" lon="-72"/><node id="2" lat="45.01" lon="-72"/>
      <way id="1"><nd ref="1"/><nd ref="99"/><tag k="highway" v="primary"/><tag k="name" v="Coupée"/></way>
      <way id="2"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/><tag k="name" v="Entière"/></way>
      <node id="3" lat="45" lon="-72"><tag k="addr:housenumber" v="5"/><tag k="addr:street" v="Entière"/></node>
      <node id="4" lat="45" lon="-72"><tag k="amenity" v="townhall"/><tag k="name" v="Mairie"/></node></osm>""",
    )
    reading = osm.read_map(path)
    assert [(s.name, s.road_class) for s in reading.streets.drafts] == [("Entière", 2)]
    assert [d.number for d in reading.addresses.drafts] == [5]
    assert [(p.kind, p.name) for p in reading.places.drafts] == [("townhall", "Mairie")]


def test_a_file_of_another_part_of_the_earth_is_refused(village, write):
    far = write("b.geojson", collection(square(2.3, 48.8)))
    streets = write("s.geojson", collection(line("Rue de Rivoli", [[2.33, 48.86], [2.35, 48.86]])))
    before = Boundary.everywhere.get(territory=village).edition
    for command, file, says in ((commands.boundaries, far, "--moved"), (commands.streets, streets, "s.geojson")):
        refused = CliRunner().invoke(command, [village.slug, str(file)])
        assert refused.exit_code == 1
        assert says in str(refused.exception)
    assert Boundary.everywhere.get(territory=village).edition == before
    moved = CliRunner().invoke(commands.boundaries, [village.slug, str(far), "--moved"], catch_exceptions=False)
    assert moved.exit_code == 0
    assert Boundary.everywhere.get(territory=village).edition != before
