"""``parvis territory add|list|export|import``."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from parvis.core.identity.tests.factories import RegionFactory
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


def test_list_shows_every_territory(territory: Territory, neighbour: Territory) -> None:
    output = run(listing)
    assert f"/{territory.slug}/" in output
    assert f"/{neighbour.slug}/" in output


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
