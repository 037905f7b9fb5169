"""The two logs: acts and views. The application role may insert and read; it can neither change nor delete."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel
from parvis.lib.ids import new_id

# Bare ids, not foreign keys: an audit row outlives what it speaks of.


class Entry(models.Model):
    """One act. `name` is the event (``issues.resolved``), `data` holds ids and states, never text of people."""

    guard: ClassVar[Guard] = Guard.territory(mine="beneficiary_id", append_only=True)
    personal_fields: ClassVar[tuple[str, ...]] = ()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    territory_id = models.UUIDField(db_index=False)
    name = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=80)
    subject_id = models.UUIDField(null=True)
    actor_id = models.UUIDField(null=True, help_text=_("The person who acted; empty for a visitor or the system."))
    beneficiary_id = models.UUIDField(null=True, help_text=_("The person it was done for."))
    organisation_id = models.UUIDField(null=True)
    channel = models.CharField(max_length=10)
    at = models.DateTimeField(default=timezone.now)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["territory_id", "subject_id", "at"], name="audit_entry_subject"),
            models.Index(fields=["territory_id", "name", "at"], name="audit_entry_name"),
            models.Index(fields=["beneficiary_id", "at"], name="audit_entry_person"),
        ]

    def __str__(self) -> str:
        return self.name


class View(TerritoryModel):
    """A member of staff looked at somebody's data. The person concerned can read this log."""

    guard: ClassVar[Guard] = Guard.territory(mine="person_id", append_only=True)
    personal_fields: ClassVar[tuple[str, ...]] = ()

    person_id = models.UUIDField()
    viewer_id = models.UUIDField()
    reason = models.CharField(max_length=40, help_text=_("The screen, such as «case» or «person»."))
    subject_id = models.UUIDField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["person_id", "at"], name="audit_view_person"),
            models.Index(fields=["territory", "viewer_id", "at"], name="audit_view_viewer"),
        ]
