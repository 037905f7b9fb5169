"""The inbox: what a territory told a person, kept in the portal."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from parvis.core.identity.models import Person
from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel


class InboxMessage(TerritoryModel):
    """One message in a person's inbox. `path` leads to the page concerned, without town and language."""

    guard: ClassVar[Guard] = Guard.territory(mine="person_id")
    personal_fields: ClassVar[tuple[str, ...]] = ("*",)

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    event_id = models.UUIDField()
    notice = models.CharField(max_length=120)
    topic = models.CharField(max_length=80)
    subject = models.CharField(max_length=250)
    text = models.TextField()
    path = models.CharField(max_length=300, blank=True)
    label = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=2)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event_id", "notice", "person"], name="inbox_message_once")]
        indexes = [
            models.Index(fields=["person", "-created_at"], name="inbox_message_person"),
            models.Index(fields=["person"], name="inbox_message_unread", condition=Q(read_at=None)),
            models.Index(fields=["territory", "created_at"], name="inbox_message_age"),
        ]
