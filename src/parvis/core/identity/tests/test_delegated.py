"""Staff of a regional body in a town that delegated a service: that service, and nothing else."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from parvis.core.identity.actors import actor_of
from parvis.core.tenancy.context import use

from .factories import DelegationFactory, make_staff

pytestmark = pytest.mark.django_db


def actor_in(territory, person):
    return actor_of(person, territory.pk, now=timezone.now())


def test_without_delegation_nothing(territory, region):
    with use(territory=region):
        person = make_staff(region)
    assert not actor_in(territory, person).is_staff()


def test_a_delegated_service_and_no_other(territory, region):
    with use(territory=region):
        person = make_staff(region)
    DelegationFactory(territory=territory, delegate=region, service="issues")
    actor = actor_in(territory, person)
    assert actor.may("issues.work")
    assert not actor.may("cases.work")
    assert not actor.may("cases.serve")
    assert not actor.may("content.publish")


def test_never_more_than_the_role_gives_at_home(territory, region):
    with use(territory=region):
        person = make_staff(region, "cases.view")
    DelegationFactory(territory=territory, delegate=region, service="issues")
    actor = actor_in(territory, person)
    assert actor.may("issues.view")
    assert not actor.may("issues.work")


def test_an_ended_delegation_gives_nothing(territory, region, neighbour):
    with use(territory=region):
        person = make_staff(region)
    DelegationFactory(territory=territory, delegate=region, service="issues", ends_at=datetime(2021, 1, 1, tzinfo=UTC))
    DelegationFactory(territory=neighbour, delegate=region, service="issues")
    assert not actor_in(territory, person).is_staff()
