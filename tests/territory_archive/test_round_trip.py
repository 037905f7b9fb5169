"""A town leaves with everything, and arrives with everything."""

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import transaction

from parvis.core.cases.models import Case, HandOver
from parvis.core.content.models import NewsPage, Picture, TerritoryRoot, TownDocument
from parvis.core.files.models import StoredFile
from parvis.core.identity.models import Account, Person
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Setting, Territory
from parvis.core.territories.archive.form import UUIDS
from parvis.core.territories.models import Membership, WaitingRow
from parvis.core.territories.operations import create_territory
from parvis.lib.actor import Actor
from parvis.modules.issues.models import Issue

from .conftest import bring, export
from .town import WORDS, Made


def test_imported_into_an_empty_instance_and_exported_again_it_is_the_same(
    made: Made, empty_instance: Callable[[], None], tmp_path: Path
) -> None:
    first, again, second = tmp_path / "a.zip", tmp_path / "b.zip", tmp_path / "c.zip"
    manifest = export(first)
    export(again)
    assert first.read_bytes() == again.read_bytes(), "the same town gives the same archive"
    assert manifest.rows_of("rows/cases.Case.jsonl") == 3
    assert manifest.rows_of("parts/content/revisions.jsonl") >= 4
    assert manifest.files >= 5
    empty_instance()
    loaded = bring(first)
    assert loaded.waiting == 4  # member, acceptance, delegation, hand-over: the region is not here
    export(second)
    assert _difference(first, second) == {}
    assert first.read_bytes() == second.read_bytes()


def _difference(one: Path, other: Path) -> dict[str, object]:
    with zipfile.ZipFile(one) as a, zipfile.ZipFile(other) as b:
        names = {*a.namelist(), *b.namelist()}
        only = {n: "only in one" for n in names if n not in a.namelist() or n not in b.namelist()}
        changed = {n: (a.read(n)[:3000], b.read(n)[:3000]) for n in names - only.keys() if a.read(n) != b.read(n)}
        return only | changed


def test_what_arrived_can_be_used(made: Made, empty_instance: Callable[[], None], tmp_path: Path) -> None:
    export(tmp_path / "a.zip")
    empty_instance()
    with transaction.atomic():  # other numbers than at home
        create_territory(actor=Actor.system(None), slug="premier", name="Premier")
    town = bring(tmp_path / "a.zip").territory
    assert town.pk == made.town.pk
    with transaction.atomic(), use(territory=town):
        assert Person.objects.get(pk=made.person.pk).name == WORDS["name"]
        assert Issue.objects.filter(description=WORDS["said"]).exists()
        assert Setting.objects.get().values["note"] == "été"
        photo = StoredFile.objects.get()
        assert default_storage.open(photo.key("small")).read(2) == b"\xff\xd8"
        news = NewsPage.objects.get(title="Le quai est ouvert")
        assert news.picture == Picture.objects.get()
        assert default_storage.exists(news.picture.file.name)
        blocks = [block.value for block in news.body]
        assert blocks[1]["image"] == Picture.objects.get()
        assert blocks[2]["links"][0]["page"].title == "La mairie"
        assert blocks[3]["document"] == TownDocument.objects.get()
        assert f'<a linktype="page" id="{blocks[2]["links"][0]["page"].pk}">' in blocks[0].source
        assert news.get_latest_revision_as_object().intro == WORDS["draft"]
        assert news.intro == ""
        assert TerritoryRoot.objects.get().territory == town
    with transaction.atomic(), use(scope=Scope.SIGN_IN):
        assert not Account.objects.filter(pk=made.person.pk).exists(), "accounts stay where they are"
        assert Person.objects.get(pk=made.gone.pk).name == "–", "who left is no longer seen"


def test_the_archive_holds_no_number_of_this_instance(made: Made, tmp_path: Path) -> None:
    export(tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        pages = [json.loads(line) for line in archive.read("parts/content/pages.jsonl").splitlines()]
        entries = [json.loads(line) for line in archive.read("rows/audit.Entry.jsonl").splitlines()]
        names = archive.namelist()
    texts = json.dumps(pages)
    assert re.findall(r'"(?:image|page|document|picture|id|above)": \d', texts) == []
    assert re.findall(r'linktype=\\"page\\" id=\\"\d+\\"', texts) == []
    keys = [entry["data"]["page"] for entry in entries if "page" in entry["data"]]
    assert keys and all(UUIDS.fullmatch(key) for key in keys)
    assert all(name.count("..") == 0 and not name.startswith("/") for name in names)


def test_a_copy_beside_the_original_leaves_it_alone(made: Made, tmp_path: Path) -> None:
    export(tmp_path / "town.zip")
    export(tmp_path / "neighbour.zip", "voisin")
    copy = bring(tmp_path / "town.zip", slug="copie").territory
    assert copy.pk != made.town.pk
    export(tmp_path / "town-after.zip")
    export(tmp_path / "neighbour-after.zip", "voisin")
    assert (tmp_path / "town.zip").read_bytes() == (tmp_path / "town-after.zip").read_bytes()
    assert (tmp_path / "neighbour.zip").read_bytes() == (tmp_path / "neighbour-after.zip").read_bytes()
    with transaction.atomic(), use(territory=copy):
        assert Case.objects.count() == 3
        assert Membership.objects.get().body == made.region
        assert HandOver.objects.get().body == made.region
        photo = StoredFile.objects.get()
        assert str(copy.pk) in photo.key("full") and default_storage.exists(photo.key("full"))
        assert NewsPage.objects.get().url.startswith("/copie/")
        assert [block.value["image"] for block in NewsPage.objects.get().body if block.block_type == "picture"] == [
            Picture.objects.get()
        ]
    with transaction.atomic(), use(territory=made.town):
        assert {c.pk for c in Case.objects.all()}.isdisjoint(_cases_of(copy))


def _cases_of(territory: Territory) -> set[object]:
    with use(territory=territory):
        return {case.pk for case in Case.objects.all()}


def test_a_tie_waits_until_the_other_territory_arrives(
    made: Made, empty_instance: Callable[[], None], tmp_path: Path
) -> None:
    from parvis.core.cases.tests.factories import run_queue

    export(tmp_path / "town.zip")
    export(tmp_path / "region.zip", "mrc-essai")
    empty_instance()
    town = bring(tmp_path / "town.zip").territory
    bring(tmp_path / "region.zip")
    with transaction.atomic():
        run_queue()
    with transaction.atomic(), use(territory=town):
        assert Membership.objects.get().body.slug == "mrc-essai"
        assert not WaitingRow.objects.exists()
        assert HandOver.objects.get().body.slug == "mrc-essai"
