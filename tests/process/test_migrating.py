"""Migrations run while people read: a lock that does not come is given up, and asked for again."""

import psycopg
import pytest
from django.db import OperationalError, connection

from parvis.project.cli import migrate


def test_a_lock_that_does_not_come_is_asked_for_again(committed_db, owner_connection, monkeypatch):
    monkeypatch.setattr(migrate, "_LOCK_PATIENCE", 200)
    owner_connection.execute("CREATE TABLE busy (id int)")
    owner_connection.execute("GRANT ALL ON busy TO parvis_app")
    reader = psycopg.connect(committed_db.owner_url)
    reader.execute("SELECT * FROM busy")
    tries = []

    def work():
        tries.append(1)
        if len(tries) == 3:
            reader.rollback()
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                cursor.execute("LOCK TABLE busy IN EXCLUSIVE MODE")
            finally:
                cursor.execute("ROLLBACK")
        return "changed"

    reader.execute("LOCK TABLE busy IN ACCESS EXCLUSIVE MODE")
    assert migrate.patiently(work) == "changed"
    assert len(tries) == 3
    reader.close()
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)


def test_another_failure_is_not_tried_again(committed_db):
    tries = []

    def work():
        tries.append(1)
        raise OperationalError("the server is gone")

    with pytest.raises(OperationalError, match="gone"):
        migrate.patiently(work)
    assert tries == [1]
