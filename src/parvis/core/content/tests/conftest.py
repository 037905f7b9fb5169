"""Fixtures of the pages' tests."""

from pathlib import Path

import pytest
from django.test import Client

from parvis.core.identity.tests.factories import make_staff, sign_in
from parvis.core.tenancy.models import Territory

from .factories import make_content


@pytest.fixture(autouse=True)
def own_media(settings: object, tmp_path: Path) -> None:
    """Keep the files of each test in its own folder."""
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]  # pytest-django's, without types


@pytest.fixture
def town(territory: Territory) -> Territory:
    """A town with its pages; the test runs in its context."""
    make_content(territory)
    return territory


@pytest.fixture
def next_town(neighbour: Territory) -> Territory:
    """The next town, with its pages."""
    make_content(neighbour)
    return neighbour


@pytest.fixture
def staff(town: Territory) -> Client:
    """A browser where somebody is signed in who may do everything in `town`."""
    client = Client()
    sign_in(client, make_staff(town))
    return client


@pytest.fixture
def next_door(next_town: Territory, town: Territory) -> Client:
    """A browser where somebody is signed in who may do everything next door, and nothing in `town`."""
    client = Client()
    sign_in(client, make_staff(next_town))
    return client
