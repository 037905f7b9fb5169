"""Addresses as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.lib import address
from parvis.lib.address import CivicNumber, StreetName


@pytest.mark.parametrize(
    "typed",
    [
        "47 rue Principale", "47, rue Principale", "rue Principale, 47", "principale 47",
        "47 r. principale", "47 PRINCIPALE", "Rue principale 47", "47 de la Principale", "47,rue principale",
        "47 rue Principale, Danville", "47, rue Principale, Danville (Québec) J0A 1A0", "47 principale j0a1a0",
        "rue Principale, 47, Danville", "47 rue Principale Danville", "47 rue Principale Danville QC",
    ],
)  # fmt: skip
def test_one_address_many_forms(typed):
    read = address.parse(typed, cities=["Danville"])
    assert read.civic == CivicNumber(47)
    assert read.street.key == "principale"
    assert read.street.kind in ("rue", "")


@pytest.mark.parametrize(
    ("typed", "kind", "key"),
    [
        ("boul. St-Laurent O.", "boulevard", "saint laurent ouest"),
        ("Boulevard Saint-Laurent Ouest", "boulevard", "saint laurent ouest"),
        ("bd saint laurent w", "boulevard", "saint laurent ouest"),
        ("St-Laurent blvd West", "boulevard", "saint laurent ouest"),
        ("ave des Pins", "avenue", "pins"),
        ("av. des pins", "avenue", "pins"),
        ("Ch. du Lac-à-l’Épaule", "chemin", "lac epaule"),
        ("mtée Masson", "montee", "masson"),
        ("Montée Masson", "montee", "masson"),
        ("crois. d'Anjou", "croissant", "anjou"),
        ("pl. de l'Église", "place", "eglise"),
        ("rte 138", "route", "138"),
        ("Route 138", "route", "138"),
        ("rang XI", "rang", "11"),
        ("11e Rang", "rang", "11"),
        ("11e rg", "rang", "11"),
        ("1re Avenue", "avenue", "1"),
        ("1ère av", "avenue", "1"),
        ("1e avenue", "avenue", "1"),
        ("First Avenue", "avenue", "1"),
        ("Main st", "rue", "main"),
        ("Main Street", "rue", "main"),
        ("Elgin Rd", "chemin", "elgin"),
        ("Grande Allée Est", "allee", "grande est"),
        ("rue Ste-Anne-de-la-Pérade", "rue", "sainte anne perade"),
        ("rue du Dr-Penfield", "rue", "docteur penfield"),
        ("rue N.-D.", "rue", "notre dame"),
        ("rue Notre-Dame", "rue", "notre dame"),
        ("rue du Cœur-Immaculé", "rue", "coeur immacule"),
        ("chemin de la Côte-des-Neiges", "chemin", "cote neiges"),
        ("rue de la Montée", "rue", "montee"),
        ("rue Sud", "rue", "sud"),
        ("rue de l'Ouest", "rue", "ouest"),
        ("rue d", "rue", "d"),
        ("Le Boulevard", "boulevard", "le"),
    ],
)
def test_names_of_streets(typed, kind, key):
    read = address.street(typed)
    assert (read.kind, read.key) == (kind, key)
    assert address.kind_of(typed) == kind


def test_a_street_that_is_only_a_kind_keeps_a_key():
    assert address.search_key("Chemin") == "chemin"


@pytest.mark.parametrize(
    ("typed", "civic", "unit"),
    [
        ("1234½ rue x", CivicNumber(1234, "½"), ""),
        ("1234 1/2 rue x", CivicNumber(1234, "½"), ""),
        ("1234 ½ rue x", CivicNumber(1234, "½"), ""),
        ("47A rue x", CivicNumber(47, "A"), ""),
        ("47-a rue x", CivicNumber(47, "A"), ""),
        ("47 a rue x", CivicNumber(47, "A"), ""),
        ("rue x 47a", CivicNumber(47, "A"), ""),
        ("47-51 rue x", CivicNumber(47, "", 51), ""),
        ("47 à 51, rue x", CivicNumber(47, "", 51), ""),
        ("3-47 rue x", CivicNumber(47), "3"),
        ("47 rue x app. 3", CivicNumber(47), "3"),
        ("47 rue x, apt 3b", CivicNumber(47), "3B"),
        ("47 rue x #12", CivicNumber(47), "12"),
        ("47, rue x, bureau 200", CivicNumber(47), "200"),
        ("app 3, 47 rue x", CivicNumber(47), "3"),
        ("20 5e avenue", CivicNumber(20), ""),
        ("5e avenue 20", CivicNumber(20), ""),
        ("5e avenue", None, ""),
        ("1234 route 138", CivicNumber(1234), ""),
        ("route 138, 1234", CivicNumber(1234), ""),
        ("route 138", None, ""),
        ("rue x", None, ""),
    ],
)
def test_numbers_on_doors(typed, civic, unit):
    read = address.parse(typed)
    assert (read.civic, read.unit) == (civic, unit)


def test_town_and_postal_code():
    read = address.parse("12 rue des Érables, Val-des-Sources, QC  j1t 4l7")
    assert (read.city, read.postal_code) == ("val des sources", "J1T 4L7")
    assert read.street == StreetName("rue", ("erables",))


def test_a_street_with_the_name_of_a_town_stays_a_street():
    assert address.parse("12 rue Danville", cities=["Danville"]).street.key == "danville"
    assert address.parse("12 Danville", cities=["Danville"]).street.key == "danville"


@pytest.mark.parametrize("typed", ["", "   ", ",,,", "'", "-"])
def test_nothing_is_nothing(typed):
    assert address.parse(typed).is_empty


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("47", "47"), ("47 1/2", "47½"), ("47½", "47½"), ("47-A", "47A"), (" 47 b ", "47B"), ("47-51", "47-51")],
)
def test_number_of_a_file(typed, shown):
    assert str(address.civic_number(typed)) == shown


@pytest.mark.parametrize("typed", ["", "A", "rue 4", "0", "-4", "4567890", "47bis ter"])
def test_number_of_a_file_refused(typed):
    with pytest.raises(ValueError, match="civic number"):
        address.civic_number(typed)


def test_written_for_a_reader():
    assert address.display(CivicNumber(47, "A"), "Rue Principale") == "47A, rue Principale"
    assert address.display(CivicNumber(47), "Rue Principale", "en") == "47 rue Principale"
    assert address.display(None, "Rue Principale") == "Rue Principale"
    assert address.display(CivicNumber(3), "5e Avenue") == "3, 5e Avenue"


NAMES = "Érables Saint-Jean Lac Pins Église Moulin Grand-Pré Wolfe Beauséjour l'Anse d'Amours"
names = st.lists(
    st.sampled_from(NAMES.split()),
    min_size=1, max_size=3,
).map(" ".join)  # fmt: skip
kinds = st.sampled_from([("Rue", "r"), ("Avenue", "av."), ("Boulevard", "boul."), ("Chemin", "ch."), ("Rang", "rg")])


@given(st.text())
def test_never_raises(text):
    read = address.parse(text, cities=["Danville"])
    assert isinstance(read.street.key, str)
    address.search_key(text)


@given(names, kinds, st.integers(1, 9999))
def test_order_case_and_abbreviation_do_not_matter(name, kind, number):
    full, short = kind
    expected = address.street(f"{full} {name}")
    for typed in (f"{number} {full} {name}", f"{full} {name}, {number}", f"{number}, {short} {name}".upper(),
                  f"{short} {name} {number}".lower()):  # fmt: skip
        read = address.parse(typed)
        assert read.street == expected
        assert read.civic == CivicNumber(number)


@given(names, kinds)
def test_a_key_is_its_own_key(name, kind):
    key = address.search_key(f"{kind[0]} {name}")
    assert address.search_key(key) == key


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("47, rue Principale", "Rue Principale"), ("47 Main Street", "Main Street"), ("47A rue du Lac", "Rue du Lac"),
        ("47½, rue du Lac", "Rue du Lac"), ("47-51 rue du Lac", "Rue du Lac"), ("rue du Lac, 47", "Rue du Lac"),
        ("rue du Lac 47", "Rue du Lac"), ("47 a rue du Lac", "Rue du Lac"), ("app. 3, 47 rue du Lac", "Rue du Lac"),
        ("47 rue du Lac app 3", "Rue du Lac"), ("12, 5e Avenue", "5e Avenue"), ("5e Avenue", "5e Avenue"),
        ("1250, route 116", "Route 116"), ("Route 138", "Route 138"), ("3, rang 4", "Rang 4"), ("47", ""), ("", ""),
        ("Parc du Moulin", "Parc du Moulin"), ("Aréna 2", "Aréna 2"),
        ("47, rue Principale, Danville", "Rue Principale, Danville"),
    ],
)  # fmt: skip
def test_a_street_without_the_door(written, shown):
    assert address.without_door(written) == shown


@given(st.integers(min_value=1, max_value=99_999), st.sampled_from(["rue des Érables", "Maple Street", "5e Rang"]))
def test_no_door_is_left(number, street):
    assert address.without_door(f"{number}, {street}").casefold() == street.casefold()
