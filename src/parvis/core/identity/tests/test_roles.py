"""Roles: who may give them, and that a territory is never left without somebody who can."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from parvis.core.audit.models import Entry
from parvis.core.identity import operations
from parvis.core.identity.actors import actor_of
from parvis.core.identity.models import Assignment, Person, Role
from parvis.core.identity.operations import LastAdministrator
from parvis.core.identity.standard_roles import CLERK, MANAGER, STANDARD_ROLES
from parvis.core.tenancy.context import use
from parvis.lib.errors import Conflict, Invalid, NotAllowed, NotFound

from .factories import AccountFactory, AssignmentFactory, PersonFactory, TerritoryFactory, make_staff, staff_actor

NOW = timezone.now()
db = pytest.mark.django_db


def actor(person, territory):
    return actor_of(person, territory.pk, now=timezone.now())


@db
def test_a_territory_starts_with_the_standard_roles(territory):
    roles = operations.ensure_standard_roles(territory.pk)
    assert set(roles) == set(STANDARD_ROLES)
    assert operations.ensure_standard_roles(territory.pk) == roles
    assert Role.objects.count() == len(STANDARD_ROLES)


@db
def test_the_front_desk_may_do_what_nobody_else_is_named_for_but_not_give_roles(territory):
    role = operations.ensure_standard_roles(territory.pk)[CLERK]
    person = PersonFactory()
    AssignmentFactory(person=person, role=role)
    clerk = actor(person, territory)
    assert clerk.may("issues.work")
    assert clerk.may("identity.see_people")
    assert not clerk.may("identity.assign")


@db
def test_management_gives_a_role_and_takes_it_back(territory):
    roles = operations.ensure_standard_roles(territory.pk)
    head = make_staff(territory)
    person = AccountFactory(person=PersonFactory()).person
    given = operations.assign_role(actor=actor(head, territory), person_id=person.pk, role=roles[CLERK], now=NOW)
    assert actor(person, territory).is_staff()
    operations.end_assignment(actor=actor(head, territory), assignment=given, now=timezone.now())
    assert not actor(person, territory).is_staff()
    names = set(Entry.objects.values_list("name", flat=True))
    assert {"identity.role_assigned", "identity.role_ended"} <= names


@db
def test_a_role_ends_by_its_date(territory):
    person = make_staff(territory, starts_at=NOW - timezone.timedelta(days=2), ends_at=NOW - timezone.timedelta(days=1))
    assert not actor(person, territory).is_staff()


@db
def test_who_may_not_give_roles_cannot(territory, neighbour):
    roles = operations.ensure_standard_roles(territory.pk)
    person = AccountFactory(person=PersonFactory()).person
    for wrong in (staff_actor(territory, "cases.work"), staff_actor(neighbour)):
        with pytest.raises(NotAllowed):
            operations.assign_role(actor=wrong, person_id=person.pk, role=roles[CLERK], now=NOW)
    assert not Assignment.objects.exists()


@db
def test_nobody_gives_more_than_they_have(territory):
    roles = operations.ensure_standard_roles(territory.pk)
    person = AccountFactory(person=PersonFactory()).person
    limited = staff_actor(territory, "identity.assign", "cases.work")
    with pytest.raises(NotAllowed):
        operations.assign_role(actor=limited, person_id=person.pk, role=roles[MANAGER], now=NOW)
    with pytest.raises(NotAllowed):
        operations.save_role(actor=limited, name="Tout", permissions=["*"], now=NOW)


@db
def test_a_role_is_given_to_people_of_the_territory_with_an_account(territory, neighbour, clerk):
    role = operations.ensure_standard_roles(territory.pk)[CLERK]
    with pytest.raises(Invalid):
        operations.assign_role(actor=clerk, person_id=PersonFactory().pk, role=role, now=NOW)
    elsewhere = AccountFactory(person=PersonFactory(entered=[neighbour])).person
    with pytest.raises(NotFound):
        operations.assign_role(actor=clerk, person_id=elsewhere.pk, role=role, now=NOW)
    here = AccountFactory(person=PersonFactory()).person
    operations.assign_role(actor=clerk, person_id=here.pk, role=role, now=NOW)
    with pytest.raises(Conflict):
        operations.assign_role(actor=clerk, person_id=here.pk, role=role, now=NOW)


@db
def test_the_last_administrator_stays(territory):
    head = make_staff(territory)
    mine = Assignment.objects.get(person=head)
    with pytest.raises(LastAdministrator):
        operations.end_assignment(actor=actor(head, territory), assignment=mine, now=timezone.now())
    mine.refresh_from_db()
    assert mine.ends_at is None
    other = make_staff(territory)
    operations.end_assignment(actor=actor(head, territory), assignment=mine, now=timezone.now())
    assert not actor(head, territory).is_staff()
    assert actor(other, territory).may("identity.assign")


@db
def test_the_database_keeps_the_last_administrator_whoever_writes(territory):
    make_staff(territory)
    for change in (
        lambda: Assignment.objects.all().delete(),
        lambda: Assignment.objects.update(ends_at=timezone.now() + timezone.timedelta(days=1)),
        lambda: Role.objects.update(permissions=["cases.work"]),
    ):
        with pytest.raises(IntegrityError, match="administrator"), transaction.atomic():
            change()
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_two_who_leave_at_the_same_moment_do_not_both_go(committed_db):
    with transaction.atomic(), use():
        town = TerritoryFactory()
        heads = [make_staff(town), make_staff(town)]
    outcomes = []
    start = threading.Barrier(2)

    def leave(person: Person) -> None:
        try:
            with transaction.atomic(), use(territory=town):
                mine = Assignment.objects.get(person=person)
                me = actor(person, town)
                start.wait(timeout=10)
                operations.end_assignment(actor=me, assignment=mine, now=timezone.now())
                outcomes.append("gone")
        except LastAdministrator:
            outcomes.append("stays")
        finally:
            connection.close()

    threads = [threading.Thread(target=leave, args=(person,)) for person in heads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == ["gone", "stays"]
    with transaction.atomic(), use(territory=town):
        assert Assignment.objects.filter(ends_at=None).count() == 1
