"""The staff's saved filters of the work list."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from parvis.core.identity.models import Person
from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel


class SavedFilter(TerritoryModel):
    """A question put to the work list, kept under a name by one member of staff, perhaps shared with the others."""

    guard: ClassVar[Guard] = Guard.territory()
    personal_fields: ClassVar[tuple[str, ...]] = ("*",)

    owner = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    query = models.JSONField(default=dict, help_text=_("The values of the filter form."))
    is_shared = models.BooleanField(_("shared with my colleagues"), default=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["territory", "owner", "name"], name="saved_filter_once"),
            models.CheckConstraint(name="saved_filter_named", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name
