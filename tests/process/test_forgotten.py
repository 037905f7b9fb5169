"""An erasure survives a restore: a real backup from before it, put back with the ledger that lies beside it."""

from datetime import UTC, datetime

import psycopg
import pytest
from django.db import transaction

from parvis.core.identity.tests.factories import PersonFactory, TerritoryFactory, staff_actor
from parvis.core.privacy import operations
from parvis.core.privacy.models import Forgotten
from parvis.core.tenancy.context import use
from parvis.lib.actor import Actor

from .test_archive import empty_database, parvis

__all__ = ["empty_database"]
pytestmark = [pytest.mark.process, pytest.mark.needs_postgres]
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
PURPOSE = "cases.share_contact"


def seen(database, query, *values):
    with psycopg.connect(database.owner_url) as connection:
        return connection.execute(query, values).fetchall()


def presences(database, person):
    found = seen(database, "SELECT withdrawn_at IS NULL FROM identity_presence WHERE person_id = %s", person.pk)
    return [row[0] for row in found]


def test_who_was_erased_after_the_backup_is_erased_again(committed_db, empty_database, tmp_path, settings):
    old, new = tmp_path / "old", tmp_path / "new"
    settings.FORGOTTEN_FILE = old / "forgotten.jsonl"
    with transaction.atomic():
        town = TerritoryFactory()
        with use(territory=town, person=None):
            gone, stays = PersonFactory(), PersonFactory()
            officer = staff_actor(town, "privacy.handle")
    for person in (gone, stays):
        me = Actor(territory_id=town.pk, person_id=person.pk, level=1)
        with transaction.atomic(), use(territory=town, person=person.pk):
            operations.set_consent(actor=me, person_id=person.pk, purpose=PURPOSE, is_given=True, now=datetime.now(UTC))
    with transaction.atomic(), use(territory=town, person=gone.pk):
        asked = operations.ask_erasure(actor=Actor(territory_id=town.pk, person_id=gone.pk, level=1), now=NOW)
    archive = tmp_path / "parvis.tar"
    saved = parvis("backup", archive, database=committed_db, var=old)
    assert saved.returncode == 0, saved.stderr
    assert str(old / "forgotten.jsonl") in saved.stdout

    with transaction.atomic(), use(territory=town, person=officer.person_id):
        operations.carry_out_erasure(actor=officer, request=asked, now=NOW)
    with transaction.atomic(), use(territory=town, person=stays.pk):
        me = Actor(territory_id=town.pk, person_id=stays.pk, level=1)
        operations.set_consent(actor=me, person_id=stays.pk, purpose=PURPOSE, is_given=False, now=datetime.now(UTC))
    with transaction.atomic(), use(territory=None):
        assert operations.complete_ledger() == Forgotten.objects.count() == 2

    new.mkdir()
    (new / "forgotten.jsonl").write_bytes((old / "forgotten.jsonl").read_bytes())
    restored = parvis("restore", archive, database=empty_database, var=new)
    assert restored.returncode == 0, restored.stderr
    assert "2 forgotten again." in restored.stdout
    assert presences(empty_database, gone) == [False]
    assert presences(empty_database, stays) == [True]
    [state] = seen(empty_database, "SELECT state FROM privacy_erasurerequest WHERE id = %s", asked.pk)
    assert state == ("done",)
    newest = "SELECT is_given FROM privacy_consent WHERE person_id = %s ORDER BY at DESC, id DESC LIMIT 1"
    assert [seen(empty_database, newest, person.pk) for person in (gone, stays)] == [[(False,)], [(False,)]]
    again = parvis("forgotten", "replay", database=empty_database, var=new)
    assert "0 forgotten again." in again.stdout, again.stderr
    assert "2 lines, 0 missing" in parvis("forgotten", "check", database=empty_database, var=new).stdout


def test_a_restore_without_the_ledger_says_so(committed_db, empty_database, tmp_path):
    archive = tmp_path / "parvis.tar"
    assert parvis("backup", archive, database=committed_db, var=tmp_path / "old").returncode == 0
    restored = parvis("restore", archive, database=empty_database, var=tmp_path / "new")
    assert restored.returncode == 0, restored.stderr
    assert "There is no ledger at" in restored.stdout
