"""What geo publishes, and only of the territory in force."""

from parvis.core.geo import datasets, layers
from parvis.core.registry.entries import Window
from parvis.core.tenancy.context import use

EVERYWHERE = Window(-90, -180, 90, 180)


def test_every_door_with_the_documented_columns(village, neighbour):
    rows = list(datasets.addresses())
    assert {frozenset(row) for row in rows} == {frozenset(datasets.ADDRESS_FIELDS)}
    assert {"number": "47", "street": "Rue Principale", "postal_code": "", "lat": 45.0052, "lon": -71.943} in rows
    assert max(row["lon"] for row in rows) < -71.9


def test_districts_and_places(village):
    assert [(row["code"], row["name"]) for row in datasets.districts()] == [("1", "Ouest"), ("2", "Est")]
    (place,) = datasets.places()
    assert set(place) == set(datasets.PLACE_FIELDS)
    assert all(set(row) == set(datasets.DISTRICT_FIELDS) for row in datasets.districts())


def test_the_layer_of_places(village, neighbour):
    (hall,) = layers.places(EVERYWHERE, 10)
    assert (hall.label, hall.lat) == ("Hôtel de ville", 45.05)
    assert list(layers.places(Window(10, 10, 11, 11), 10)) == []
    assert list(layers.places(EVERYWHERE, 0)) == []
    with use(territory=neighbour):
        (theirs,) = layers.places(EVERYWHERE, 10)
    assert theirs.ref != hall.ref
