"""`/readyz`: a release stands on the database that it was written for, or says what is missing."""

import json
from collections.abc import Iterator

import psycopg
import pytest
from django.test import RequestFactory

from parvis.project import health
from parvis.project.checkup import guards, migrations
from tests.database import Database


@pytest.fixture(autouse=True)
def just_started() -> Iterator[None]:
    """A process that has not asked yet."""
    health._fits.clear()
    yield
    health._fits.clear()


def asked() -> tuple[int, list[str]]:
    """What a balancer is told."""
    answer = health.readyz(RequestFactory().get("/readyz"))
    return answer.status_code, json.loads(answer.content)["problems"]


def change(database: Database, statement: str) -> None:
    """Let the owner make the database another one."""
    with psycopg.connect(database.owner_url) as connection:
        connection.execute(statement)


@pytest.mark.needs_postgres
def test_ready_on_the_database_of_this_release(committed_db: Database, django_assert_num_queries) -> None:
    assert asked() == (200, [])
    assert (migrations().state, guards().state) == ("ok", "ok")
    with django_assert_num_queries(1):  # polled every few seconds: what was true is not asked again
        assert asked() == (200, [])


@pytest.mark.needs_postgres
def test_not_ready_on_the_database_of_an_older_release(committed_db: Database) -> None:
    change(committed_db, "DELETE FROM django_migrations WHERE app = 'content' AND name LIKE '0001%'")
    status, [problem] = asked()
    assert status == 503
    assert problem.startswith("1 migration is not applied, the first content.0001")
    assert migrations().state == "problem"


@pytest.mark.needs_postgres
@pytest.mark.parametrize("thing", ["policies content_newspage", "functions"])
def test_not_ready_with_the_guards_of_an_older_release(committed_db: Database, thing: str) -> None:
    change(committed_db, f"UPDATE parvis.applied SET value = 'older' WHERE thing LIKE '{thing}%'")
    status, [problem] = asked()
    assert status == 503
    assert problem.startswith("the guards of the rows are not those of this release")


@pytest.mark.needs_postgres
def test_not_ready_on_an_empty_database(committed_db: Database) -> None:
    change(committed_db, "DROP TABLE django_migrations")
    status, [problem] = asked()
    assert status == 503
    assert "parvis migrate" in problem
