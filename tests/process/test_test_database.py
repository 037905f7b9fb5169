"""The test database is what the tests believe it is: the application role, rolled back or cloned."""

import threading

import psycopg
import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection


@pytest.mark.django_db
def test_tests_are_the_application_role():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == ("parvis_app", False, False)
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db
@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_is_rolled_back(turn):
    assert not ContentType.objects.filter(app_label="left_behind").exists()
    ContentType.objects.create(app_label="left_behind", model="row")


def test_commits_are_seen_by_other_threads(committed_db):
    ContentType.objects.create(app_label="committed", model="row")
    seen = []

    def look():
        seen.append(ContentType.objects.filter(app_label="committed").exists())
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [True]


def test_commits_do_not_outlive_their_test(committed_db):
    assert not ContentType.objects.filter(app_label="committed").exists()


def test_the_application_cannot_create_tables(committed_db):
    with psycopg.connect(committed_db.url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("CREATE TABLE intruder (id int)")


def test_the_application_cannot_empty_tables(committed_db):
    with psycopg.connect(committed_db.url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("TRUNCATE django_content_type CASCADE")


def test_the_owner_owns_the_tables(owner_connection):
    owners = owner_connection.execute(
        "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    ).fetchall()
    assert owners == [("parvis_owner",)]
