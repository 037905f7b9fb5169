"""Receipts: a handler that ran for an event does not run for it again."""

from typing import ClassVar

from django.db import models

from parvis.core.tenancy.guard import Guard


class Receipt(models.Model):
    """One handler has handled one event; written in the handler's own transaction."""

    guard: ClassVar[Guard] = Guard.system()

    id = models.BigAutoField(primary_key=True)
    event_id = models.UUIDField()
    handler = models.CharField(max_length=160)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event_id", "handler"], name="receipt_once")]
        indexes = [models.Index(fields=["at"], name="receipt_at")]

    def __str__(self) -> str:
        return self.handler
