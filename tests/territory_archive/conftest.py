"""Two instances: the one a town leaves, and an empty one."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from parvis.core.tenancy.models import Territory
from parvis.core.territories.archive.form import Manifest
from parvis.core.territories.archive.loading import Loaded, load_archive
from parvis.core.territories.archive.writing import write_archive
from parvis.lib.actor import Actor
from tests.database import Database, Server, point_django_at

from .town import Made, make_town


def export(path: Path, slug: str = "essai", **options: Any) -> Manifest:
    """Write the archive of a town."""
    territory = Territory.objects.get(slug=slug)
    return write_archive(path, actor=Actor.system(territory.pk), territory=territory, **options)


def bring(path: Path, **options: Any) -> Loaded:
    """Import an archive."""
    return load_archive(path, actor=Actor.system(None), **options)


@pytest.fixture
def made(committed_db: Database, settings: Any, tmp_path: Path) -> Made:
    """A town that is committed, with its files in a folder of this test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return make_town()


@pytest.fixture
def empty_instance(test_server: Server, settings: Any, tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Call it to go to an instance without a territory."""
    database = test_server.clone("empty")

    def go() -> None:
        settings.MEDIA_ROOT = tmp_path / "empty-media"
        point_django_at(database)

    yield go
    test_server.drop(database)
