"""What belongs to a territory, read from the models themselves: a new module is archived without editing anything."""

import base64
import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from parvis.core.identity.models import Account, Person
from parvis.core.registry.entries import ArchivePart
from parvis.core.registry.registry import registry
from parvis.core.tenancy.guard import Guard, Kind
from parvis.core.tenancy.models import Territory

ALL = "*"
# Columns that hold a person's id without a key.
_PERSON_COLUMNS = ("person_id", "actor_id", "author_id", "viewer_id", "beneficiary_id", "decided_by")


@dataclass(frozen=True)
class Shape:
    """How rows of one model stand in an archive.

    `personal` are the fields emptied without personal data (``"*"``: the rows stay out), None when nothing is declared.
    """

    model: type[models.Model]
    personal: tuple[str, ...] | None

    @property
    def label(self) -> str:
        """Such as ``cases.Case``."""
        return self.model._meta.label

    @property
    def columns(self) -> tuple[models.Field[Any, Any], ...]:
        """Every stored field but the territory's own key, which the archive does not repeat."""
        return tuple(
            field
            for field in self.model._meta.concrete_fields
            if field.attname != "territory_id" and not getattr(field, "generated", False)
        )

    @property
    def territory_keys(self) -> tuple[models.Field[Any, Any], ...]:
        """The fields that name another territory: by its slug in the archive."""
        return tuple(field for field in self.columns if field.related_model is Territory)

    @property
    def person_columns(self) -> tuple[str, ...]:
        """The columns that hold a person's id."""
        guard: Guard = self.model.guard  # type: ignore[attr-defined]
        bare = {*_PERSON_COLUMNS, guard.mine}
        return tuple(
            field.attname
            for field in self.columns
            if field.related_model in (Person, Account)
            or (isinstance(field, models.UUIDField) and field.attname in bare)
        )

    @property
    def person_keys(self) -> tuple[str, ...]:
        """Of those, the ones that the database checks."""
        return tuple(field.attname for field in self.columns if field.related_model in (Person, Account))

    def key(self, field: models.Field[Any, Any]) -> str:
        """Return what a field is called in a row of the archive."""
        return field.name if field.related_model is Territory else field.attname


def territory_models() -> list[type[models.Model]]:
    """Return every model of the house whose rows belong to a territory."""
    found = []
    for model in apps.get_models():
        guard = getattr(model, "guard", None)
        if isinstance(guard, Guard) and guard.kind is Kind.TERRITORY and not model._meta.proxy:
            found.append(model)
    return found


def parts() -> list[ArchivePart]:
    """Return what the manifests add."""
    return [part for _, part in registry().gather("archive")]


def covered_by_parts() -> set[str]:
    """Return the labels of the models that a part covers."""
    return {label for part in parts() for label in part.models}


@cache
def shapes() -> tuple[Shape, ...]:
    """Return the archived models, what others point to first; among equals by name."""
    wanted = {
        model._meta.label: model
        for model in territory_models()
        if not getattr(model, "not_archived", "") and model._meta.label not in covered_by_parts()
    }
    waits = {label: _points_to(model) & wanted.keys() - {label} for label, model in wanted.items()}
    ready = [label for label, others in waits.items() if not others]
    heapq.heapify(ready)
    ordered: list[str] = []
    while ready:
        label = heapq.heappop(ready)
        ordered.append(label)
        for other in waits:
            if label in waits[other]:
                waits[other] = waits[other] - {label}
                if not waits[other]:
                    heapq.heappush(ready, other)
    # Keys are checked at commit, so a circle of models only loses its order, never its rows.
    ordered += sorted(wanted.keys() - set(ordered))
    return tuple(Shape(wanted[label], getattr(wanted[label], "personal_fields", None)) for label in ordered)


def _points_to(model: type[models.Model]) -> set[str]:
    return {field.related_model._meta.label for field in model._meta.concrete_fields if field.related_model}


@cache
def left_out_without_people() -> frozenset[str]:
    """Return the models without a row when personal data stay out: declared so, or children that cannot stand alone."""
    out: set[str] = set()
    for shape in shapes():
        orphan = any(f.related_model and f.related_model._meta.label in out and not f.null for f in shape.columns)
        if orphan or ALL in (shape.personal or ()):
            out.add(shape.label)
    return frozenset(out)


def plain(value: Any) -> Any:
    """Return a value as JSON has it. Moments are UTC with microseconds, so that a moment has one way to be written."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta | Decimal | UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    return str(value)


def parsed(field: models.Field[Any, Any], value: Any) -> Any:
    """Return a value of the archive as the field has it. Raises ValidationError when it cannot be one."""
    if value is None or isinstance(field, models.JSONField):
        return value
    if isinstance(field, ArrayField):
        return [parsed(field.base_field, part) for part in value]
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    return target.to_python(value)


def emptied(field: models.Field[Any, Any], value: Any) -> Any:
    """Return what stands for a value about a person that stays out: a dash where the database wants some text."""
    if value in (None, "", [], {}):
        return value
    if isinstance(field, models.JSONField):
        return type(value)()
    if isinstance(field, models.EmailField | models.URLField):
        return ""
    if isinstance(field, models.CharField | models.TextField):
        return "–"
    return None


def file_fields(model: type[models.Model]) -> Iterator[str]:
    """Yield the fields of a model that name a file of the default storage."""
    yield from (field.attname for field in model._meta.concrete_fields if isinstance(field, models.FileField))


def merged_by_id(first: Iterable[dict[str, Any]], second: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Merge two streams of rows, each in the order of its ids."""
    yield from heapq.merge(first, second, key=lambda row: str(row["id"]))
