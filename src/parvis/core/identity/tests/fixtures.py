"""Fixtures for every test of the house: a town in force, its neighbour, their region, and who acts there.

A test that asks for `territory` runs in its context. Loaded by the conftest at the root.
"""

from collections.abc import Iterator

import pytest

from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor


@pytest.fixture
def territory(db: None) -> Iterator[Territory]:
    """A town; the test runs in its context."""
    from .factories import TerritoryFactory

    town = TerritoryFactory()
    with use(territory=town, person=None):
        yield town


@pytest.fixture
def neighbour(db: None) -> Territory:
    """The next town."""
    from .factories import TerritoryFactory

    return TerritoryFactory()


@pytest.fixture
def region(db: None) -> Territory:
    """A regional body, without members until the test makes them join."""
    from .factories import RegionFactory

    return RegionFactory()


@pytest.fixture
def clerk(territory: Territory) -> Actor:
    """Somebody who may do everything in `territory`."""
    from .factories import staff_actor

    return staff_actor(territory)


@pytest.fixture
def neighbour_clerk(neighbour: Territory) -> Actor:
    """Somebody who may do everything next door, and nothing in `territory`."""
    from .factories import staff_actor

    return staff_actor(neighbour)


@pytest.fixture
def resident(territory: Territory) -> Actor:
    """A resident of `territory`."""
    from .factories import resident_actor

    return resident_actor(territory)


@pytest.fixture
def other_resident(territory: Territory) -> Actor:
    """Another resident of `territory`: the wrong person for what is `resident`'s."""
    from .factories import resident_actor

    return resident_actor(territory)


@pytest.fixture
def visitor(territory: Territory) -> Actor:
    """Somebody nobody knows."""
    return Actor.visitor(territory.pk)
