"""What is said about a case: messages between the person and the staff, and notes that only staff read."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parvis.core.files.models import StoredFile
from parvis.core.identity.models import Person
from parvis.core.tenancy.fields import TerritoryForeignKey
from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel

from .case import CHANNELS, Case


class Message(TerritoryModel):
    """A message of the conversation. `from_staff` says which way it went; `author_id` who wrote it."""

    guard: ClassVar[Guard] = Guard.territory(mine="person_id")
    personal_fields: ClassVar[tuple[str, ...]] = ("text",)

    case = TerritoryForeignKey(Case, on_delete=models.CASCADE, related_name="messages")
    person_id = models.UUIDField(null=True, help_text=_("Whose case it is."))
    author_id = models.UUIDField(null=True)
    from_staff = models.BooleanField()
    channel = models.CharField(max_length=10, choices=CHANNELS)
    text = models.TextField(max_length=10_000, blank=True, help_text=_("Empty when only a file was sent, or erased."))
    is_unasked = models.BooleanField(default=False, help_text=_("News that staff sent before anybody asked."))
    at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["territory", "case", "at"], name="message_case")]


class MessageFile(TerritoryModel):
    """A photo or document that came with a message."""

    guard: ClassVar[Guard] = Guard.territory(mine="person_id")
    personal_fields: ClassVar[tuple[str, ...]] = ("*",)

    message = TerritoryForeignKey(Message, on_delete=models.CASCADE, related_name="files")
    file = TerritoryForeignKey(StoredFile, on_delete=models.CASCADE, related_name="+")
    person_id = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "file"], name="message_file_once")]
        indexes = [models.Index(fields=["territory", "file"], name="message_file_file")]


class Note(TerritoryModel):
    """An internal note. No scope but the territory's own staff ever matches it."""

    guard: ClassVar[Guard] = Guard.territory()
    personal_fields: ClassVar[tuple[str, ...]] = ("text",)

    case = TerritoryForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField(max_length=10_000)
    at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(name="note_says_something", condition=~Q(text="") | ~Q(erased_at=None))]
        indexes = [models.Index(fields=["territory", "case", "at"], name="note_case")]
