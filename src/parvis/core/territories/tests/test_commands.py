"""``parvis territory add|list|export|import``."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from parvis.core.identity.tests.factories import RegionFactory, TerritoryFactory
from parvis.core.tenancy.models import Territory
from parvis.core.territories import queries
from parvis.core.territories.archive.commands import export_archive, import_archive
from parvis.core.territories.commands import add, listing
from parvis.lib.errors import Conflict, NotFound

pytestmark = pytest.mark.django_db


def run(command: object, *arguments: object) -> str:
    done = CliRunner().invoke(command, [str(a) for a in arguments], catch_exceptions=False)  # type: ignore[arg-type]
    assert done.exit_code == 0, done.output
    return done.output


def test_add_makes_a_member_of_a_region() -> None:
    region = RegionFactory(slug="mrc-des-trois-sources")
    output = run(add, "danville", "Danville", "--population", 4036, "--member-of", region.slug)
    assert "/danville/" in output
    assert queries.members_of(region.pk).get().population == 4036


def test_add_says_what_is_wrong_and_adds_nothing() -> None:
    for arguments in (["bureau", "Bureau"], ["danville", "Danville", "--member-of", "nulle-part"]):
        done = CliRunner().invoke(add, arguments)
        assert done.exit_code == 1
        assert len(str(done.exception).splitlines()) == 1
    assert not Territory.objects.filter(slug__in=["bureau", "danville"]).exists()


DIRECTORY = """mcode,munnom,madr1,madr2,mcodpos,mweb,mtel,mcodedesi,mdes,mgentile,regadm,mrc,mpopul
99001,Rivière-aux-Pins,"12, rue du Moulin",Rivière-aux-Pins,J0A1B0,www.exemple.quebec,8195550142,05,Municipalité,,Estrie (05),MRC Les Monts (990),1234
99002,Sainte-Flore,,,J0A1B1,,,04,Paroisse,,Estrie (05),MRC Les Monts (990),310
98002,Sainte-Flore,,,J0A1B2,,,06,Village,,Mauricie (04),MRC Des Lacs (980),512
99802,Odanak Test,,,,,,20,Réserve indienne,,,,77
"""  # noqa: E501


@pytest.fixture
def directory_file(tmp_path: Path) -> Path:
    file = tmp_path / "municipalities.csv"
    file.write_text(DIRECTORY)
    return file


def test_a_municipality_is_taken_from_the_directory(directory_file: Path) -> None:
    assert "/riviere-aux-pins/" in run(add, "riviere aux pins", "--from", directory_file)
    town = Territory.objects.get(slug="riviere-aux-pins")
    assert (town.name, town.designation, town.official_code) == ("Rivière-aux-Pins", "Municipalité", "99001")
    assert (town.population, town.phone, town.kind) == (1234, "+18195550142", "municipality")
    assert "12, rue du Moulin" in town.address
    assert (town.website, town.region) == ("https://www.exemple.quebec", "Estrie")
    run(add, "99802", "--from", directory_file, "--population", 80)
    nation = Territory.objects.get(official_code="99802")
    assert (nation.kind, nation.population) == ("first_nation", 80)
    assert (nation.website, nation.region) == ("", ""), "the directory says neither"


def test_a_shared_name_is_told_apart_by_its_code_and_its_address_by_its_mrc(directory_file: Path) -> None:
    refused = CliRunner().invoke(add, ["Sainte-Flore", "--from", str(directory_file)])
    assert "99002 (Paroisse, Les Monts), 98002 (Village, Des Lacs)" in str(refused.exception)
    assert "/sainte-flore-des-lacs/" in run(add, "98002", "--from", directory_file)
    assert Territory.objects.get(slug="sainte-flore-des-lacs").name == "Sainte-Flore"


def test_what_the_directory_does_not_hold_is_said_in_a_sentence(directory_file: Path, tmp_path: Path) -> None:
    def said(*arguments: object) -> str:
        done = CliRunner().invoke(add, [str(a) for a in arguments])
        assert done.exit_code != 0
        return str(done.exception) if done.exit_code == 1 else done.output

    assert "is it one of Rivière-aux-Pins (99001)?" in said("Riviere-au-Pin", "--from", directory_file)
    assert "is it one of Rivière-aux-Pins (99001)?" in said("rivière", "--from", directory_file)
    assert said("Atlantide", "--from", directory_file) == "The directory has no municipality called Atlantide."
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n")
    assert "is not a directory of municipalities" in said("Atlantide", "--from", other)
    assert "missing.csv" in said("Atlantide", "--from", tmp_path / "missing.csv")
    assert "give the name or the code only" in said("Sainte", "Flore", "--from", directory_file)
    assert "Give its name too" in said("sainte-flore")
    assert not Territory.objects.filter(slug__startswith="sainte").exists()


def test_list_shows_every_territory(territory: Territory, neighbour: Territory) -> None:
    output = run(listing)
    assert f"/{territory.slug}/" in output
    assert f"/{neighbour.slug}/" in output


def test_list_folds_a_long_address_and_cuts_nothing() -> None:
    slug = "notre-dame-du-bon-conseil-des-montagnes-blanches"
    TerritoryFactory(slug=slug, name="Notre-Dame-du-Bon-Conseil-des-Montagnes-Blanches")
    lines = CliRunner(env={"COLUMNS": "60"}).invoke(listing).output.splitlines()
    assert slug in "".join(line.split("│")[1].strip() for line in lines if "│" in line)


def test_export_then_import_under_another_name(territory: Territory, tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    assert "keep it as safe as the database" in run(export_archive, territory.slug, file)
    assert file.stat().st_mode & 0o077 == 0, "only its owner reads it"
    assert "/copie/" in run(import_archive, file, "--slug", "copie")
    assert Territory.objects.get(slug="copie").name == territory.name


def test_export_without_personal_data_says_so(territory: Territory, tmp_path: Path) -> None:
    assert "no personal data" in run(export_archive, territory.slug, tmp_path / "a.zip", "--without-personal-data")


def test_export_replaces_a_file_only_when_told(territory: Territory, tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    file.write_text("précieux")
    done = CliRunner().invoke(export_archive, [territory.slug, str(file)])
    assert done.exit_code == 1
    assert "--force" in done.output
    assert file.read_text() == "précieux"
    run(export_archive, territory.slug, file, "--force")


def test_what_is_not_there_is_said(territory: Territory, tmp_path: Path) -> None:
    assert isinstance(CliRunner().invoke(export_archive, ["nulle-part", str(tmp_path / "a.zip")]).exception, NotFound)
    run(export_archive, territory.slug, tmp_path / "a.zip")
    assert isinstance(CliRunner().invoke(import_archive, [str(tmp_path / "a.zip")]).exception, Conflict)
