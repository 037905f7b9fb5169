"""What is refused, in one sentence, with nothing written."""

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction

from parvis.core.identity.tests.factories import staff_actor
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.core.territories.archive.checking import Damaged
from parvis.core.territories.archive.loading import load_archive
from parvis.core.territories.archive.writing import write_archive
from parvis.lib.errors import Conflict, Invalid, NotAllowed, ParvisError

from .conftest import bring, export
from .town import Made

Change = Callable[[dict[str, bytes]], None]


def rewrite(source: Path, target: Path, change: Change, *, honest: bool = False) -> Path:
    """Write another archive with changed entries; an `honest` one has a manifest that agrees with them."""
    with zipfile.ZipFile(source) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    change(entries)
    if honest:
        manifest = json.loads(entries["manifest.json"])
        rows = {entry["name"]: entry["rows"] is not None for entry in manifest["entries"]}
        manifest["entries"] = [
            {
                "name": name,
                "size": len(data),
                "sha256": hashlib.sha256(data).hexdigest(),
                "rows": data.count(b"\n") if rows.get(name, not name.startswith("files/")) else None,
            }
            for name, data in entries.items()
            if name != "manifest.json"
        ]
        entries["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return target


def replace(name: str, old: bytes, new: bytes) -> Change:
    def change(entries: dict[str, bytes]) -> None:
        assert old in entries[name]
        entries[name] = entries[name].replace(old, new)

    return change


def put(name: str, data: bytes) -> Change:
    return lambda entries: entries.__setitem__(name, data)


def drop(name: str) -> Change:
    return lambda entries: entries.pop(name) and None


@pytest.fixture
def archive(made: Made, tmp_path: Path) -> Path:
    """The archive of the town; the instance is the one it came from."""
    export(tmp_path / "a.zip")
    return tmp_path / "a.zip"


def counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tenancy_territory")
        return {"territories": cursor.fetchone()[0]}


STRANGE = b'{"id":"01890000-0000-7000-8000-000000000000","x":1}\n'
TAMPERED: dict[str, tuple[Change, bool]] = {
    "a changed word": (replace("rows/issues.Issue.jsonl", b"beau-fr", b"beaufr"), False),
    "a missing entry": (drop("rows/cases.Case.jsonl"), False),
    "one entry more": (put("rows/identity.Account.jsonl", b"{}\n"), False),
    "no manifest": (drop("manifest.json"), False),
    "a manifest that is none": (put("manifest.json", b"[]"), False),
    "an account": (put("rows/identity.Account.jsonl", b'{"id":"x"}\n'), True),
    "a file elsewhere": (put("files/../../etc/passwd", b"root"), True),
    "an absolute file": (put("files//etc/passwd", b"root"), True),
    "a neighbour's file": (put("files/01890000-0000-7000-8000-000000000000/x.jpg", b"x"), True),
    "half a line": (put("rows/tenancy.Switch.jsonl", b'{"id":'), True),
    "an unknown column": (put("rows/tenancy.Switch.jsonl", STRANGE), True),
    "a number for an id": (put("rows/tenancy.Switch.jsonl", b'{"id":1}\n'), True),
    "a bomb": (put("rows/tenancy.Switch.jsonl", b'{"id":"' + b"0" * 20_000_000 + b'"}\n'), True),
}  # fmt: skip


def test_a_tampered_archive_is_refused_before_anything_is_written(archive: Path, tmp_path: Path) -> None:
    before = counts()
    for name, (change, honest) in TAMPERED.items():
        bad = rewrite(archive, tmp_path / "bad.zip", change, honest=honest)
        with pytest.raises(Invalid) as refused:
            bring(bad, slug="copie")
        assert len(refused.value.text(str).splitlines()) == 1, name
        assert counts() == before, name


def test_what_is_no_archive_at_all_is_refused(archive: Path, tmp_path: Path) -> None:
    for data in (b"", b"PK\x03\x04", archive.read_bytes()[:-200]):
        (tmp_path / "bad.zip").write_bytes(data)
        with pytest.raises(Damaged):
            bring(tmp_path / "bad.zip", slug="copie")


def test_a_format_of_the_future_is_refused(archive: Path, tmp_path: Path) -> None:
    bad = rewrite(archive, tmp_path / "bad.zip", replace("manifest.json", b'"format": 1', b'"format": 2'))
    with pytest.raises(Invalid, match="format 2"):
        bring(bad, slug="copie")


def test_all_or_nothing(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def orphan(entries: dict[str, bytes]) -> None:
        entries["rows/cases.Case.jsonl"] = b""  # reports without their cases: the database refuses at commit

    before, files = counts(), _stored()
    with pytest.raises(Conflict, match="nothing was kept"):
        bring(rewrite(archive, tmp_path / "bad.zip", orphan, honest=True), slug="copie")
    assert counts() == before
    assert _stored() == files, "no file stays behind"


def _stored() -> set[str]:
    root = Path(default_storage.location)  # type: ignore[attr-defined]
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("slug", ["", "essai", "voisin"])
def test_a_slug_that_is_taken_is_refused(archive: Path, slug: str) -> None:
    before = counts()
    with pytest.raises(Conflict, match="--slug"):
        bring(archive, slug=slug)
    assert counts() == before


def test_a_reserved_word_or_no_slug_at_all_is_refused(archive: Path) -> None:
    for slug in ("bureau", "signalements", "Majuscule", "a b"):
        with pytest.raises(ParvisError):
            bring(archive, slug=slug)


def test_only_the_operator_exports_and_imports(made: Made, tmp_path: Path) -> None:
    with transaction.atomic(), use(territory=made.town):
        clerk = staff_actor(made.town)
    with pytest.raises(NotAllowed):
        write_archive(tmp_path / "x.zip", actor=clerk, territory=made.town)
    export(tmp_path / "a.zip")
    with pytest.raises(NotAllowed):
        load_archive(tmp_path / "a.zip", actor=clerk, slug="copie")
    assert not (tmp_path / "x.zip").exists()
    assert not Territory.objects.filter(slug="copie").exists()


def test_an_export_cut_off_leaves_no_file(made: Made, tmp_path: Path) -> None:
    def stop(_steps: int) -> None:
        raise OSError(28, "No space left on device", "x")

    options: dict[str, Any] = {"progress": stop}
    with pytest.raises(OSError):
        export(tmp_path / "a.zip", **options)
    assert list(tmp_path.glob("*.zip*")) == []
