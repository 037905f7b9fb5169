"""The context in force goes along with every statement, whatever happened before."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.utils import InternalError
from psycopg import sql

from parvis.core.registry.registry import registry
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Switch, Territory

ASK = "SELECT current_setting('parvis.territory', true), current_setting('parvis.scope', true)"


def told() -> str:
    """The territory that the server has been told."""
    with connection.cursor() as cursor:
        cursor.execute(ASK)
        return cursor.fetchone()[0] or ""


@pytest.fixture
def neighbour_town(town: Territory) -> Territory:
    """Another territory."""
    return Territory.objects.create(slug="shipton", name="Shipton")


def test_a_context_is_told_with_the_next_statement_and_put_back(town: Territory, neighbour_town: Territory) -> None:
    with transaction.atomic():
        with use(territory=town):
            with use(territory=neighbour_town):
                assert told() == str(neighbour_town.pk)
            assert told() == str(town.pk)
        assert told() == ""


def test_a_context_without_statements_costs_none(
    town: Territory, neighbour_town: Territory, django_assert_num_queries: Callable[[int], object]
) -> None:
    with transaction.atomic(), use(territory=town):
        assert told() == str(town.pk)
        with django_assert_num_queries(1):
            with use(territory=neighbour_town), use(territory=town):
                pass
            assert told() == str(town.pk)


def test_a_savepoint_rolled_back_takes_nothing_with_it(town: Territory, neighbour_town: Territory) -> None:
    with transaction.atomic(), use(territory=town):
        with pytest.raises(ZeroDivisionError), transaction.atomic(), use(territory=neighbour_town):
            assert told() == str(neighbour_town.pk)
            raise ZeroDivisionError
        assert told() == str(town.pk)
        with use(territory=neighbour_town):
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                assert told() == str(neighbour_town.pk)  # told inside, forgotten with the savepoint
                raise ZeroDivisionError
            assert told() == str(neighbour_town.pk)


def test_a_failed_statement_leaves_the_right_context_behind(town: Territory, neighbour_town: Territory) -> None:
    with transaction.atomic(), use(territory=town):
        assert told() == str(town.pk)
        with (
            pytest.raises(DatabaseError, match="division by zero"),
            transaction.atomic(),
            use(territory=neighbour_town),
        ):
            connection.cursor().execute("SELECT 1/0")
        assert told() == str(town.pk)


def test_the_first_error_is_the_one_heard(town: Territory, neighbour_town: Territory) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic(), use(territory=town):
        with pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT 1/0")
        with pytest.raises(InternalError, match="aborted"), use(territory=neighbour_town):
            connection.cursor().execute(ASK)
        raise ZeroDivisionError


def test_the_next_transaction_knows_nothing(town: Territory) -> None:
    with transaction.atomic(), use(territory=town):
        assert told() == str(town.pk)
    assert told() == ""
    with transaction.atomic():
        assert told() == ""


def test_a_transaction_that_begins_with_a_savepoint_knows_nothing_either(town: Territory) -> None:
    """An operation is atomic in itself: inside somebody's transaction its first word is SAVEPOINT."""
    for _again in range(2):
        with transaction.atomic(), use(territory=town), transaction.atomic():
            assert told() == str(town.pk)


def test_a_transaction_ended_behind_the_back_of_django_is_noticed(town: Territory) -> None:
    with transaction.atomic(), use(territory=town):
        assert told() == str(town.pk)
        connection.connection.rollback()
        assert told() == str(town.pk)


def test_every_way_to_send_a_statement_takes_the_context(town: Territory, neighbour_town: Territory) -> None:
    name = next(module.name for module in registry().switchable)
    with transaction.atomic():
        for place in (town, neighbour_town):
            with use(territory=place):
                Switch.objects.create(module=name, territory=place, is_on=False)
        for place in (town, neighbour_town):
            with use(territory=place), connection.cursor() as cursor:
                cursor.execute(sql.SQL("SELECT territory_id FROM {}").format(sql.Identifier("tenancy_switch")))
                assert cursor.fetchall() == [(place.pk,)]
        for place in (town, neighbour_town):
            command = "COPY (SELECT territory_id FROM tenancy_switch) TO STDOUT"
            with use(territory=place), connection.cursor() as cursor, cursor.copy(command) as copy:
                assert b"".join(bytes(block) for block in copy).decode().split() == [str(place.pk)]
        for place in (town, neighbour_town):
            with use(territory=place):
                assert [row.territory_id for row in Switch.objects.iterator(chunk_size=1)] == [place.pk]
        for place in (town, neighbour_town):
            with use(territory=place), connection.cursor() as cursor:
                cursor.executemany("UPDATE tenancy_switch SET is_on = %s", [(True,), (True,)])
                assert cursor.rowcount == 2
        for place in (town, neighbour_town):
            with use(territory=place):
                assert Switch.objects.update(is_on=False) == 1


def test_rows_read_in_pieces_stay_in_their_context(town: Territory, neighbour_town: Territory) -> None:
    names = [module.name for module in registry()][:3]
    with transaction.atomic(), use(territory=town):
        Switch.objects.bulk_create(Switch(module=name, territory=town, is_on=True) for name in names)
        seen = []
        for row in Switch.objects.order_by("module").iterator(chunk_size=1):
            seen.append(row.module)
            with use(territory=neighbour_town):
                assert told() == str(neighbour_town.pk)
        assert seen == sorted(names)


def test_who_reads_goes_along_in_scope_network_only(town: Territory, neighbour_town: Territory) -> None:
    ask = "SELECT parvis.territory(), parvis.reader(), parvis.port(), parvis.service(), parvis.scope()"

    def asked() -> tuple[object, ...]:
        with connection.cursor() as cursor:
            cursor.execute(ask)
            return cursor.fetchone()

    loan = {"scope": Scope.NETWORK, "reader": town.pk, "port": "map", "service": "issues"}
    with transaction.atomic(), use(territory=town):
        with use(territory=neighbour_town, **loan):
            assert asked() == (neighbour_town.pk, town.pk, "map", "issues", "network")
        assert (asked()[0], asked()[-1]) == (town.pk, "territory")
        with use(territory=neighbour_town, **{**loan, "port": "map'; --"}), pytest.raises(ValueError, match="plain"):
            asked()


def test_what_is_no_id_is_refused(town: Territory) -> None:
    with transaction.atomic(), use(territory="'; DROP TABLE x; --"), pytest.raises(ValueError, match="UUID"):
        told()
