"""What the portal keeps: the search's documents and who was served, by month."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel


class SearchDocument(TerritoryModel):
    """Something that everyone may find. `head` is its folded titles and keywords, `key` all of its folded words, with a
    trigram index read by a definer function. `titles`: its title by language, where it has several.
    """

    guard: ClassVar[Guard] = Guard.territory(network="is_shared", service="column:module")
    not_archived: ClassVar[str] = "Made again from what it finds."

    module = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    ref = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    titles = models.JSONField(default=dict)
    text = models.CharField(max_length=2000, blank=True)
    url = models.CharField(max_length=300)
    hint = models.CharField(max_length=200, blank=True)
    icon = models.CharField(max_length=20, default="search")
    language = models.CharField(max_length=2, blank=True)
    head = models.TextField(default="")
    key = models.TextField()
    weight = models.FloatField(default=1.0)
    at = models.DateTimeField(null=True)
    is_shared = models.BooleanField(default=True, help_text="Found in other portals too, where ours is shown.")
    indexed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "module", "kind", "ref", "language"], name="search_document_once"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Served(TerritoryModel):
    """A resident was served by a module in a month: one row however often, so that counting people is counting rows."""

    guard: ClassVar[Guard] = Guard.territory(mine="person_id")
    personal_fields: ClassVar[tuple[str, ...]] = ()

    module = models.CharField(max_length=40)
    counter = models.CharField(max_length=40)
    month = models.DateField(help_text="First day of the month.")
    person_id = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["territory", "module", "counter", "month", "person_id"], name="served_once")
        ]

    def __str__(self) -> str:
        return f"{self.counter} {self.month:%Y-%m}"
