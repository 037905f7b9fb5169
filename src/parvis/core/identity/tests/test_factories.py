"""The factories write what the guards allow, and leave the test's context as it was."""

import pytest

from parvis.core.identity.actors import actor_of
from parvis.core.identity.models import Person
from parvis.core.tenancy.context import current, use
from parvis.core.tenancy.guard import Scope

from .factories import AccountFactory, PersonFactory, make_staff

pytestmark = pytest.mark.django_db


def test_a_person_is_seen_where_they_entered_and_nowhere_else(territory, neighbour):
    person = PersonFactory()
    assert Person.objects.filter(pk=person.pk).exists()
    with use(territory=neighbour):
        assert not Person.objects.filter(pk=person.pk).exists()
    assert current().territory_id == territory.pk
    assert current().scope is Scope.TERRITORY


def test_staff_have_what_their_role_gives(territory, neighbour, django_user_model):
    from django.utils import timezone

    person = make_staff(territory, "cases.work")
    actor = actor_of(person, territory.pk, now=timezone.now())
    assert actor.may("cases.work")
    assert not actor.may("cases.serve")
    assert not actor.may("cases.work", territory_id=neighbour.pk)


def test_an_account_has_the_id_of_its_person(territory):
    account = AccountFactory()
    assert account.pk == account.person_id
    assert account.check_password("un mot de passe long")
