"""A backup can be put back: a real round trip of database and files, and refusals in one sentence."""

import os
import subprocess
import sys
import tarfile
import uuid
from importlib.metadata import version
from pathlib import Path

import psycopg
import pytest

pytestmark = [pytest.mark.process, pytest.mark.needs_postgres]


def parvis(*arguments, database, var):
    """Run the command in a process of its own, over `database` and a data folder of its own."""
    return subprocess.run(
        [sys.executable, "-m", "parvis.project.cli", *map(str, arguments)],
        env={**os.environ, **database.environment(), "PARVIS_VAR": str(var)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def instance(committed_db, owner_connection, tmp_path):
    """An instance with a row and two files; its database, its data folder."""
    owner_connection.execute("INSERT INTO django_content_type (app_label, model) VALUES ('été', 'saved')")
    media = tmp_path / "old" / "media"
    (media / "photos").mkdir(parents=True)
    (media / "photos" / "nid-de-poule é.jpg").write_bytes(os.urandom(3_000_000))
    (media / "empty.txt").touch()
    return committed_db, tmp_path / "old"


@pytest.fixture
def empty_database(test_server):
    """A new, empty database."""
    database = test_server.database(f"parvis_test_restored_{uuid.uuid4().hex[:8]}")
    with test_server.administrator() as connection:
        test_server._create(connection, database.name, "template0")
    yield database
    test_server.drop(database)


def rows(database):
    """Every table's rows, as the owner sees them, by a checksum."""
    with psycopg.connect(database.owner_url) as connection:
        names = [
            f'"{schema}"."{name}"'
            for schema, name in connection.execute(
                "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'parvis') ORDER BY 1, 2"
            )
        ]
        counted = {}
        for name in names:
            query = f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {name} t"
            counted[name] = connection.execute(query).fetchone()
        return counted


def policies(database):
    """Every policy of the rows."""
    with psycopg.connect(database.owner_url) as connection:
        query = "SELECT tablename, policyname, cmd, qual, with_check FROM pg_policies ORDER BY 1, 2"
        return connection.execute(query).fetchall()


def test_a_backup_is_put_back_whole(instance, empty_database, tmp_path):
    database, var = instance
    archive = tmp_path / "parvis.tar"
    saved = parvis("backup", archive, database=database, var=var)
    assert saved.returncode == 0, saved.stderr
    assert "2 files" in saved.stdout
    kept_apart, _, signing = saved.stdout.partition("without it, second factors")
    assert str(var / "secrets.key") in kept_apart and str(var / "secret.key") in signing
    assert archive.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old", "parvis.tar"]

    checked = parvis("restore", archive, "--check", database=empty_database, var=tmp_path / "new")
    assert checked.returncode == 0, checked.stderr
    restored = parvis("restore", archive, database=empty_database, var=tmp_path / "new")
    assert restored.returncode == 0, restored.stderr
    assert rows(empty_database) == rows(database)
    assert policies(empty_database) == policies(database)
    before, after = var / "media", tmp_path / "new" / "media"
    files = sorted(path.relative_to(before) for path in before.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(after) for path in after.rglob("*") if path.is_file())
    assert all((before / file).read_bytes() == (after / file).read_bytes() for file in files)
    with psycopg.connect(empty_database.url) as connection:  # the application role may work again
        assert connection.execute("SELECT count(*) FROM django_content_type WHERE app_label = 'été'").fetchone() == (1,)


def test_nothing_is_replaced_unasked(instance, tmp_path):
    database, var = instance
    archive = tmp_path / "parvis.tar"
    archive.write_text("precious")
    refused = parvis("backup", archive, database=database, var=var)
    assert refused.returncode == 1
    assert refused.stderr == f"{archive} exists already. Choose another name, or add --force to replace it.\n"
    assert archive.read_text() == "precious"
    assert parvis("backup", archive, "--force", database=database, var=var).returncode == 0


def test_a_database_in_use_is_never_overwritten(instance, tmp_path):
    database, var = instance
    archive = tmp_path / "parvis.tar"
    parvis("backup", archive, database=database, var=var)
    before = rows(database)
    refused = parvis("restore", archive, database=database, var=tmp_path / "new")
    assert refused.returncode == 1
    assert "is not empty" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert rows(database) == before


def damaged(content: bytes, tmp_path) -> dict[str, bytes]:
    """The same archive, damaged in four ways."""
    place = content.index(b"PGDMP") + 50_000
    longer = tmp_path / "longer.tar"
    longer.write_bytes(content)
    with tarfile.open(longer, "a") as tar:
        tar.add(tmp_path / "old" / "media" / "empty.txt", arcname="../outside.txt")
    return {
        "cut": content[: len(content) // 2],
        "one bit": content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :],
        "a stranger": longer.read_bytes(),
        "text": b"not an archive",
    }


def test_a_damaged_archive_is_refused_before_anything_is_touched(instance, empty_database, tmp_path):
    database, var = instance
    archive = tmp_path / "parvis.tar"
    assert parvis("backup", archive, database=database, var=var).returncode == 0
    for damage, content in damaged(archive.read_bytes(), tmp_path).items():
        archive.write_bytes(content)
        refused = parvis("restore", archive, database=empty_database, var=tmp_path / "new")
        assert refused.returncode == 1, damage
        assert "is not a whole backup of Parvis" in refused.stderr, damage
        assert rows(empty_database) == {}, damage
    assert not Path(tmp_path / "outside.txt").exists()


def test_a_backup_of_a_newer_release_is_refused_before_anything_is_touched(instance, empty_database, tmp_path):
    database, var = instance
    archive = tmp_path / "parvis.tar"
    assert parvis("backup", archive, database=database, var=var).returncode == 0
    content = archive.read_bytes()
    mine = f'"parvis": "{version("parvis")}"'.encode()
    assert mine in content
    archive.write_bytes(content.replace(mine, b'"parvis": "9.1.0"'))
    refused = parvis("restore", archive, database=empty_database, var=tmp_path / "new")
    assert refused.returncode == 1
    assert "was made by Parvis 9.1.0" in refused.stderr
    assert rows(empty_database) == {}
