"""Territories, and the base of every row that one of them owns."""

from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from parvis.lib.ids import new_id

from .context import current, current_territory_id
from .guard import Guard, Scope


class TerritoryKind(models.TextChoices):
    """The four kinds; municipalities and First Nations belong to regional bodies and alliances."""

    MUNICIPALITY = "municipality", _("Municipality")
    FIRST_NATION = "first_nation", _("First Nation")
    REGIONAL = "regional", _("Regional body")
    ALLIANCE = "alliance", _("Alliance")


class Territory(models.Model):
    """A municipality, a First Nation, a regional body (MRC) or an alliance. `slug` never changes."""

    guard: ClassVar[Guard] = Guard.public(own="id")
    is_fact: ClassVar[bool] = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=60, unique=True, validators=[RegexValidator(r"^[a-z][a-z0-9-]+$")])
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=TerritoryKind, default=TerritoryKind.MUNICIPALITY)
    designation = models.CharField(max_length=60, blank=True, help_text=_("Ville, municipalité, village…"))
    official_code = models.CharField(max_length=20, blank=True, help_text=_("The ministry's geographic code."))
    population = models.PositiveIntegerField(default=0)
    timezone = models.CharField(max_length=60, default="America/Toronto")
    brand = models.CharField(max_length=7, default="#0f5c4f", validators=[RegexValidator(r"^#[0-9a-f]{6}$")])
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=200, blank=True)
    opening_hours = models.CharField(max_length=200, blank=True)
    website = models.URLField(blank=True, default="", db_default="", help_text=_("Of the town hall."))
    region = models.CharField(
        max_length=60, blank=True, default="", db_default="", help_text=_("The administrative region: Estrie…")
    )
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    is_fictional = models.BooleanField(default=False)
    is_listed = models.BooleanField(default=True, help_text=_("Shown in the list of this instance's territories."))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="territory_slug_form", condition=models.Q(slug__regex=r"^[a-z][a-z0-9-]+$")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_regional(self) -> bool:
        """Whether other territories belong to this one."""
        return self.kind in {TerritoryKind.REGIONAL, TerritoryKind.ALLIANCE}


class TerritoryManager(models.Manager):  # type: ignore[type-arg]
    """Filters on the territory in force: the filter finds the index, the policy is the net under it."""

    def get_queryset(self) -> models.QuerySet:  # type: ignore[type-arg]
        """Return the rows of the territory in force; the scopes across territories leave it to the policy."""
        rows = super().get_queryset()
        context = current()
        if context.scope in {Scope.TERRITORY, Scope.NETWORK} and context.territory_id is not None:
            return rows.filter(territory_id=context.territory_id)
        return rows


class TerritoryModel(models.Model):
    """A row that one territory owns. Subclasses say how it is guarded, and whether it is a fact (:mod:`.facts`)."""

    guard: ClassVar[Guard]
    is_fact: ClassVar[bool] = False
    fact_columns: ClassVar[tuple[str, ...]] = ()
    """The columns of a fact whose change is told; all of them when none is named."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, editable=False, related_name="+")

    objects = TerritoryManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Fill in the territory in force when none is given."""
        if self.territory_id is None:
            self.territory_id = current_territory_id()
        super().save(*args, **kwargs)


class Switch(TerritoryModel):
    """A territory's choice to use a module or not; without a row the module's own default holds."""

    guard: ClassVar[Guard] = Guard.territory()
    is_fact: ClassVar[bool] = True

    module = models.CharField(max_length=40)
    is_on = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["territory", "module"], name="switch_once")]

    def __str__(self) -> str:
        return f"{self.module}: {'on' if self.is_on else 'off'}"


class Setting(TerritoryModel):
    """A territory's values for a module's typed settings; what is missing keeps the dataclass's default."""

    guard: ClassVar[Guard] = Guard.territory()
    is_fact: ClassVar[bool] = True

    module = models.CharField(max_length=40)
    values = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["territory", "module"], name="setting_once")]

    def __str__(self) -> str:
        return self.module
