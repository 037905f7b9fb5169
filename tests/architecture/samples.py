"""One row of any model, made by introspection, in the context its guard asks for."""

from typing import Any

from django.db import models
from model_bakery import baker

from parvis.core.audit.models import Entry
from parvis.core.tenancy.context import current_territory_id
from parvis.core.tenancy.guard import Kind
from parvis.core.tenancy.models import TerritoryModel
from parvis.core.tenancy.sync import Guarded, guarded_models
from parvis.lib.ids import new_id

# What a check constraint asks for and introspection cannot know.
WANTED: dict[str, dict[str, Any]] = {
    "identity.Organisation": {"status": "asked", "decided_at": None},
    "identity.Assignment": {"ends_at": None},
    "identity.OrganisationMember": {"ends_at": None},
    "files.StoredFile": {"is_public": False},
    "audit.Entry": {"name": "tenancy.sample"},
}
NUMBERS = {"lat": 45.8, "lon": -71.9, "south": 45.7, "north": 45.9, "west": -72.0, "east": -71.8}


def territory_models() -> list[Guarded]:
    """Return the models whose rows one territory owns."""
    return [entry for entry in guarded_models() if entry.guard.kind is Kind.TERRITORY]


def make(model: type[models.Model], **given: Any) -> models.Model:
    """Make and save one row of the territory in force."""
    values: dict[str, Any] = dict(WANTED.get(model._meta.label, {}))
    for field in model._meta.local_fields:
        if field.name in NUMBERS and not field.null:
            values.setdefault(field.name, NUMBERS[field.name])
        elif isinstance(field, models.UUIDField) and not field.primary_key and not field.null:
            values.setdefault(field.name, new_id())
    if model is Entry or not issubclass(model, TerritoryModel):
        values["territory_id"] = current_territory_id()
    values |= given
    return baker.make(model, **values)
