"""The wrong tenant, through the models and with the raw application role."""

import pytest
from django.db import DatabaseError, connection, transaction

from parvis.core.cases import operations
from parvis.core.cases.models import Case, CaseEvent, HandOver, Message, Note
from parvis.core.identity.tests.factories import DelegationFactory
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.lib.ids import new_id

from .factories import NOW, CaseFactory, make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(territory, clerk, resident):
    case = make_case(territory, resident)
    operations.send_message(actor=clerk, case=case, text="Bonjour", now=NOW)
    operations.add_note(actor=clerk, case=case, text="Note", now=NOW)
    return case


def raw(sql, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else cursor.rowcount


@pytest.mark.parametrize("scope", list(Scope))
def test_a_neighbour_sees_nothing_in_any_scope(case, neighbour, other_resident, scope):
    with use(territory=neighbour, person=other_resident.person_id, scope=scope):
        for model in (Case, CaseEvent, Message, Note, HandOver):
            assert raw(f"SELECT count(*) FROM {model._meta.db_table}") == [(0,)]


def test_a_neighbour_can_change_nothing(case, neighbour):
    with use(territory=neighbour):
        assert raw("UPDATE cases_case SET subject = 'x'") == 0
        assert raw("DELETE FROM cases_note") == 0
    case.refresh_from_db()
    assert case.subject != "x"


def test_a_neighbour_cannot_write_here(case, neighbour):
    with use(territory=neighbour), pytest.raises(DatabaseError), transaction.atomic():
        Note.objects.create(territory_id=case.territory_id, case=case, text="x")


def test_a_row_cannot_hang_on_a_neighbours_case(case, neighbour):
    with use(territory=neighbour), pytest.raises(DatabaseError), transaction.atomic():
        Note.objects.create(territory_id=neighbour.pk, case_id=case.pk, text="x")
        raw("SET CONSTRAINTS ALL IMMEDIATE")


def test_history_can_be_neither_changed_nor_deleted(case):
    for sql in ("UPDATE cases_caseevent SET name = 'x'", "DELETE FROM cases_caseevent"):
        with pytest.raises(DatabaseError), transaction.atomic():
            raw(sql)


def test_mine_shows_my_case_wherever_and_writes_nothing(case, neighbour, resident):
    with use(territory=neighbour, person=resident.person_id, scope=Scope.MINE):
        assert Case.objects.get().pk == case.pk
        assert Message.objects.count() == 1
        assert Note.objects.count() == 0
        assert raw("UPDATE cases_case SET subject = 'x'") == 0


def test_a_delegated_service_opens_that_kind_only(territory, case, region, neighbour):
    make_case(territory, kind="procedures")
    with use(territory=region, scope=Scope.DELEGATED):
        assert Case.objects.count() == 0
    DelegationFactory(delegate=region, service="issues")
    with use(territory=region, scope=Scope.DELEGATED):
        assert [found.kind for found in Case.objects.all()] == ["issues"]
        assert Message.objects.count() == 0
        assert raw("UPDATE cases_case SET subject = 'x'") == 0
    with use(territory=neighbour, scope=Scope.DELEGATED):
        assert Case.objects.count() == 0


def test_search_sees_one_territory_and_one_scope(case, neighbour, resident):
    ask = "SELECT id FROM parvis.search_cases(ARRAY['nid'], false, NULL, NULL, NULL, NULL, 50)"
    assert raw(ask) == [(case.pk,)]
    with use(territory=neighbour):
        assert raw(ask) == []
        assert raw("SELECT id FROM parvis.search_people(ARRAY['personne'], 50)") == []
    with use(person=resident.person_id, scope=Scope.MINE):
        assert raw(ask) == []
    with use(territory=None):
        assert raw(ask) == []


def test_codes_are_unique_in_a_territory_only(territory, neighbour):
    CaseFactory(code="AAAA-BBBB")
    CaseFactory(code="AAAA-BBBB", territory=neighbour)
    with pytest.raises(DatabaseError), transaction.atomic():
        CaseFactory(code="AAAA-BBBB", id=new_id())
