"""One row of any model, made by introspection, in the context its guard asks for."""

from datetime import UTC, date, datetime
from typing import Any

from django.db import models
from django.db.models import ForeignKey
from model_bakery import baker

from parvis.core.identity.models import Person
from parvis.core.identity.tests.factories import PersonFactory, TerritoryFactory
from parvis.core.tenancy.context import current_territory_id
from parvis.core.tenancy.guard import Kind
from parvis.core.tenancy.models import Territory, TerritoryModel
from parvis.core.tenancy.sync import Guarded, guarded_models
from parvis.lib.ids import new_id

PAST = datetime(2026, 3, 1, tzinfo=UTC)
# What a check constraint asks for and introspection cannot know.
WANTED: dict[str, dict[str, Any]] = {
    "identity.Organisation": {"status": "asked", "decided_at": None},
    "identity.Assignment": {"ends_at": None},
    "identity.OrganisationMember": {"ends_at": None},
    "files.StoredFile": {"is_public": False},
    "audit.Entry": {"name": "tenancy.sample"},
    "issues.Issue": {"status": "reported", "answer": "", "resolved_at": None, "lat": 45.8, "lon": -71.9},
    "apikeys.ApiKey": {"scopes": ["issues.read"]},
    "webhooks.Subscription": {"events": ["issues.resolved"]},
    "webhooks.Attempt": {"status": 204},
    "privacy.DataRequest": {"asked_at": PAST},
    "issues.FieldStop": {"team": None, "person_id": new_id()},
    "issues.RuleSet": {"in_force_at": PAST, "ended_at": PAST},  # of drafts, and of versions in force, there is one
    "issues.WorkRecord": {"act": "started", "minutes": 0},
    "issues.MonthlyPaper": {"month": date(2026, 3, 1), "file": None, "made_at": None},
    "issues.Submission": {"media_state": "none", "media_url": ""},
    "issues.PassedOn": {"stage": "waiting", "ended_at": None},
    "residency.Residency": {
        "state": "claimed",
        "proof": "",
        "valid_until": None,
        "ended_at": None,
        "ended_because": "",
    },
    "residency.Letter": {"code_hash": "", "printed_at": None, "expires_at": None, "tries": 0},
    "residency.TaxAccount": {"uses": 0},
    "delivery.Spending": {"month": date(2026, 3, 1), "messages": 1, "parts": 1},
    "delivery.AddressMark": {"until": None},
    "notifications.InterestPlace": {"lat": 45.8, "lon": -71.9, "radius": 500, "district_id": None},
    "notifications.Choice": {"channel": "email"},
    "notifications.Held": {"channel": "email", "rhythm": "daily"},
    "notifications.PushKey": {"id": 1},
    "cases.Follower": {"email": "quelquun@example.test"},
}
NUMBERS = {"lat": 45.8, "lon": -71.9, "south": 45.7, "north": 45.9, "west": -72.0, "east": -71.8}


def territory_models() -> list[Guarded]:
    """Return the models whose rows one territory owns."""
    return [entry for entry in guarded_models() if entry.guard.kind is Kind.TERRITORY]


def _parent(model: type[models.Model]) -> models.Model:
    """Make what a row of this territory refers to: a person, another territory, another row of the territory."""
    if model is Person:
        return PersonFactory()
    if model is Territory:
        return TerritoryFactory()
    if not issubclass(model, TerritoryModel):
        return model._base_manager.first() or baker.make(model)  # Wagtail's own trees: their root is enough
    return make(model)


def make(model: type[models.Model], **given: Any) -> models.Model:
    """Make and save one row of the territory in force."""
    values: dict[str, Any] = dict(WANTED.get(model._meta.label, {}))
    for field in model._meta.local_fields:
        if field.name in NUMBERS and not field.null:
            values.setdefault(field.name, NUMBERS[field.name])
        elif isinstance(field, models.UUIDField) and not field.primary_key and not field.null:
            values.setdefault(field.name, new_id())
    values["territory_id"] = current_territory_id()
    for field in model._meta.local_fields:
        if isinstance(field, ForeignKey) and not field.null and not {field.name, field.attname} & {*values, *given}:
            values[field.name] = _parent(field.related_model)
    if not hasattr(model, "territory") and not hasattr(model, "territory_id"):
        del values["territory_id"]
    values |= given
    if model._meta.label == "issues.MonthlyPaper" and values.get("file"):
        values["made_at"] = PAST
    if model._meta.label == "cases.HandOver" and "organisation" not in values:
        values |= {"body": TerritoryFactory(), "organisation": None}
    return baker.make(model, **values)
