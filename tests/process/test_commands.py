"""The command line: quick to help, one sentence when it fails, the doctor sees what is wrong."""

import json
import os
import subprocess
import sys

import pytest
from cryptography.fernet import Fernet

from parvis.project.cli.registered import declared, summary
from parvis.project.postgres.roles import with_database
from tests.live import free_port


def parvis(*arguments, environment=None):
    """Run the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "parvis.project.cli", *arguments],
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_help_never_waits_for_django():
    code = (
        "import sys\nfrom parvis.project.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "assert not {'django', 'psycopg', 'granian'} & set(sys.modules), 'help imported the house'\n"
        "import time\nassert time.process_time() < 2"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for name in ("demo", "serve", "worker", "migrate", "backup", "restore", "doctor", "events", "territory", "import"):
        assert f"\n  {name}" in done.stdout


def test_every_command_of_a_package_exists_and_says_what_it_does():
    from importlib import import_module

    import click

    commands = declared()
    assert ("events",) in commands
    for words, path in commands.items():
        module, _, name = path.partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command), path
        assert summary(path), f"`parvis {' '.join(words)}` has no docstring"


def test_only_debug_shows_the_whole_error(tmp_path):
    environment = {"DATABASE_URL": "", "DATABASE_OWNER_URL": "", "PARVIS_VAR": str(tmp_path)}
    environment["PARVIS_POSTGRES_BIN"] = str(tmp_path)
    brief = parvis("migrate", environment=environment)
    assert brief.returncode == 1
    assert brief.stderr.startswith(f"There is no PostgreSQL server program in {tmp_path}. Set PARVIS_POSTGRES_BIN")
    assert brief.stderr.count("\n") == 1
    whole = parvis("--debug", "migrate", environment=environment)
    assert "Traceback" in whole.stderr
    assert whole.stderr.endswith(brief.stderr)


def test_an_unknown_command_is_a_wrong_usage():
    done = parvis("dance")
    assert done.returncode == 2
    assert "No such command" in done.stderr


@pytest.mark.process
def test_a_database_out_of_reach_is_one_sentence(tmp_path):
    environment = {
        "DATABASE_URL": "postgresql://parvis_app@127.0.0.1:1/parvis",
        "DATABASE_OWNER_URL": "postgresql://parvis_owner@127.0.0.1:1/parvis",
        "PARVIS_VAR": str(tmp_path),
    }
    done = parvis("migrate", environment=environment)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "cannot be reached" in done.stderr
    assert "parvis doctor" in done.stderr


@pytest.mark.process
def test_migrating_without_the_owner_is_one_sentence(tmp_path):
    environment = {"DATABASE_URL": "postgresql://parvis_app@127.0.0.1:1/parvis", "PARVIS_VAR": str(tmp_path)}
    environment["DATABASE_OWNER_URL"] = ""
    done = parvis("migrate", environment=environment)
    assert done.returncode == 1
    assert done.stderr.startswith("DATABASE_OWNER_URL is not set")
    assert done.stderr.count("\n") == 1


def refusal(*arguments, tmp_path, **environment):
    """The one sentence a command ends with."""
    done = parvis(*arguments, environment={"DATABASE_OWNER_URL": "", "PARVIS_VAR": str(tmp_path), **environment})
    assert done.returncode == 1, done.stdout
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


@pytest.mark.process
def test_nobody_serves_as_a_role_that_passes_over_the_walls(test_server, committed_db, tmp_path):
    for command in (["serve", "--port", str(free_port())], ["worker", "--until-idle"]):
        said = refusal(*command, tmp_path=tmp_path, DATABASE_URL=committed_db.admin_url)
        assert "passes over row-level security" in said


@pytest.mark.process
def test_a_wrong_database_or_address_is_one_sentence(committed_db, tmp_path):
    said = refusal("territory", "list", tmp_path=tmp_path, DATABASE_URL=with_database(committed_db.url, "nowhere"))
    assert "nowhere" in said and "does not exist" in said
    said = refusal("territory", "list", tmp_path=tmp_path, DATABASE_URL="postgresql://a@b:c/d")
    assert "is not the address" in said
    said = refusal("territory", "add", "Not A Slug", "X", tmp_path=tmp_path, **committed_db.environment())
    assert said.startswith("slug: ")
    said = refusal("migrate", tmp_path=tmp_path, DATABASE_URL="", DATABASE_OWNER_URL=committed_db.owner_url)
    assert "another database" in said


@pytest.mark.process
def test_a_database_of_a_newer_release_is_left_alone(committed_db, owner_connection, tmp_path):
    owner_connection.execute(
        "INSERT INTO django_migrations (app, name, applied) VALUES ('cases', '0999_tomorrow', now())"
    )
    said = refusal("migrate", tmp_path=tmp_path, **committed_db.environment())
    assert "newer release" in said
    assert "cases.0999_tomorrow" in said


def examined(database, var):
    """The doctor's findings by subject, and its exit status."""
    done = parvis("doctor", "--json", environment={**database.environment(), "PARVIS_VAR": str(var)})
    findings = [json.loads(line) for line in done.stdout.splitlines()]
    return {finding["subject"]: finding for finding in findings}, done.returncode


@pytest.mark.process
def test_the_doctor_finds_a_healthy_house_healthy(committed_db, owner_connection, tmp_path):
    owner_connection.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
    findings, _ = examined(committed_db, tmp_path)
    wrong = {subject for subject, finding in findings.items() if finding["state"] == "problem"}
    assert wrong <= {"Mail", "Disk"}  # these depend on the machine the test runs on
    assert findings["Application role"]["says"].startswith("parvis_app on PostgreSQL")


@pytest.mark.process
def test_the_doctor_finds_what_is_wrong(committed_db, owner_connection, tmp_path):
    owner_connection.execute("CREATE TABLE stray (id int)")
    owner_connection.execute("DELETE FROM parvis.applied")
    owner_connection.execute("DELETE FROM django_migrations WHERE app = 'tenancy'")
    (tmp_path / "secret.key").write_text("x" * 50)
    (tmp_path / "secret.key").chmod(0o644)
    (tmp_path / "secrets.key").write_text(f"{Fernet.generate_key().decode()}\n")
    (tmp_path / "secrets.key").chmod(0o640)
    findings, status = examined(committed_db, tmp_path)
    assert status == 1
    for subject in ("Row-level security", "Migrations", "Worker", "Secret key", "Sealing keys"):
        assert findings[subject]["state"] == "problem", subject
        assert findings[subject]["remedy"], subject


@pytest.mark.process
def test_the_doctor_sees_a_role_that_is_too_strong(committed_db, tmp_path):
    """The application connects as the owner: everything works, and nothing keeps territories apart."""
    environment = {"DATABASE_URL": committed_db.owner_url, "DATABASE_OWNER_URL": committed_db.owner_url}
    done = parvis("doctor", environment={**environment, "PARVIS_VAR": str(tmp_path)})
    assert done.returncode == 1
    assert "territories are not kept apart" in done.stdout


def test_a_wrong_tile_source_is_one_sentence_before_anything_starts(tmp_path):
    wrong = {"PARVIS_VAR": str(tmp_path), "PARVIS_TILES": "http://tiles.example.org/{z}/{x}/{y}.png"}
    said = parvis("serve", environment={**wrong, "PORT": str(free_port())})
    assert said.returncode == 1
    assert said.stderr.startswith("PARVIS_TILES must be an https address")
    assert said.stderr.count("\n") == 1
