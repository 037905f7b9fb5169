"""The two logs: written by everyone, changed by nobody, read by whom they concern."""

import pytest
from django.db import ProgrammingError, connection, transaction

from parvis.core.audit.models import Entry, View
from parvis.core.audit.operations import log_view
from parvis.core.events.operations import record
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.lib.actor import Channel

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines(house, territory, clerk, resident):
    """One line in each log."""
    record(clerk.on_behalf_of(resident.person_id, Channel.PHONE), "trial.done", territory)
    log_view(viewer=clerk, person_id=resident.person_id, reason="case", subject_id=territory.pk)
    return Entry.objects.get(name="trial.done"), View.objects.get()


@pytest.mark.parametrize("table", ["audit_entry", "audit_view"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET at = now()", "DELETE FROM {}", "TRUNCATE {}", "ALTER TABLE {} DISABLE TRIGGER ALL"]
)
def test_postgresql_refuses_every_change(lines, table, statement):
    refused = pytest.raises(ProgrammingError, match=r"permission denied|must be owner")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


def test_the_act_says_who_for_whom_and_through_which_door(lines, clerk, resident):
    entry, _ = lines
    assert (entry.actor_id, entry.beneficiary_id, entry.channel) == (clerk.person_id, resident.person_id, "phone")


def test_whom_it_concerns_reads_both_logs(lines, resident):
    with use(person=resident.person_id, scope=Scope.MINE):
        assert list(Entry.objects.filter(name="trial.done")) == [lines[0]]
        assert list(View.objects.all()) == [lines[1]]


def test_another_person_and_another_town_read_nothing(lines, neighbour, other_resident):
    with use(person=other_resident.person_id, scope=Scope.MINE):
        assert not Entry._base_manager.exists()
        assert not View._base_manager.exists()
    with use(territory=neighbour):
        assert not Entry._base_manager.exists()
        assert not View._base_manager.exists()


def test_nobody_writes_into_the_neighbours_log(house, territory, neighbour, clerk):
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Entry.objects.create(territory_id=neighbour.pk, name="trial.done", channel="web")


def test_looking_at_oneself_is_not_noted(territory, resident):
    log_view(viewer=resident, person_id=resident.person_id, reason="case")
    assert not View.objects.exists()
