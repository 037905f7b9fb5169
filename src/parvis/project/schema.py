"""Whether the database is the one that this release was written for: read by `/readyz` and by `parvis doctor`."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

_LEFT_OUT = "_~"  # the loader takes no file that begins so


def unapplied(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the migrations of this release that the database has not seen, as ``app.name``.

    Their names are enough: `migrate` notes replaced ones too. No migration is imported, which would cost a web
    process seconds and memory.
    """
    seen = {(app, name) for app, name in MigrationRecorder(connection).applied_migrations()}
    return sorted(f"{app}.{name}" for app, name in _of_this_release() if (app, name) not in seen)


def _of_this_release() -> Iterator[tuple[str, str]]:
    for config in apps.get_app_configs():
        place, _chosen = MigrationLoader.migrations_module(config.label)
        try:
            package = import_module(place) if place else None
        except ModuleNotFoundError:
            continue  # an application without tables
        for found in iter_modules(package.__path__) if package else ():
            if not found.ispkg and found.name[0] not in _LEFT_OUT:
                yield config.label, found.name
