"""A program's key: who asked for it, for what, what it opens; of its secret only a hash."""

from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parvis.core.identity.models import Organisation, Person
from parvis.core.tenancy.fields import TerritoryForeignKey
from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel

from .workflow import State

MOST_A_MINUTE = 6000


class KeyState(models.TextChoices):
    """The states of :mod:`.workflow`, as people read them."""

    ASKED = State.ASKED.value, _("Waiting for the town")
    APPROVED = State.APPROVED.value, _("Approved, secret not fetched yet")
    ACTIVE = State.ACTIVE.value, _("In use")
    REFUSED = State.REFUSED.value, _("Refused")
    REVOKED = State.REVOKED.value, _("Revoked")


class ApiKey(TerritoryModel):
    """A key to one territory, for one program. `prefix` is the part of the secret that may be shown and quoted."""

    guard: ClassVar[Guard] = Guard.territory(mine="person_id")
    personal_fields: ClassVar[tuple[str, ...]] = ("name", "purpose", "email", "reason")
    not_archived: ClassVar[str] = "It opens the instance that made it; a secret is never exported."

    name = models.CharField(_("name of the program"), max_length=80)
    purpose = models.TextField(_("what it is for"), max_length=1000)
    scopes = ArrayField(models.CharField(max_length=60))
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    organisation = TerritoryForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="api_keys"
    )
    email = models.EmailField(_("e-mail of who keeps the program"), blank=True)
    state = models.CharField(max_length=10, choices=KeyState, default=KeyState.ASKED)
    reason = models.TextField(blank=True, max_length=1000)
    per_minute = models.PositiveIntegerField(
        _("requests a minute"), default=120, validators=[MinValueValidator(1), MaxValueValidator(MOST_A_MINUTE)]
    )
    prefix = models.CharField(max_length=20, blank=True)
    token_hash = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.UUIDField(null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, help_text=_("To the hour."))
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(fields=["token_hash"], name="apikey_token_once", condition=~Q(token_hash="")),
            models.CheckConstraint(
                name="apikey_hash_iff_issued", condition=Q(token_hash="") ^ Q(issued_at__isnull=False)
            ),
            models.CheckConstraint(
                name="apikey_active_has_secret_and_end",
                condition=~Q(state="active") | Q(issued_at__isnull=False, expires_at__isnull=False),
            ),
            models.CheckConstraint(
                name="apikey_no_secret_before_approval",
                condition=~Q(state__in=["asked", "approved", "refused"]) | Q(issued_at=None),
            ),
            models.CheckConstraint(
                name="apikey_revoked_is_dated", condition=~(Q(state="revoked") ^ Q(revoked_at__isnull=False))
            ),
            models.CheckConstraint(name="apikey_refused_with_reason", condition=~Q(state="refused") | ~Q(reason="")),
            models.CheckConstraint(name="apikey_opens_something", condition=Q(scopes__len__gt=0)),
            models.CheckConstraint(
                name="apikey_throttled", condition=Q(per_minute__gte=1, per_minute__lte=MOST_A_MINUTE)
            ),
        ]
        indexes = [
            models.Index(fields=["territory", "state", "asked_at"], name="apikey_state"),
            models.Index(fields=["person"], name="apikey_person"),
        ]

    def __str__(self) -> str:
        return self.name

    def has_expired(self, now: datetime) -> bool:
        """Tell whether its time has run out."""
        return self.expires_at is not None and self.expires_at <= now

    def opens(self, now: datetime) -> bool:
        """Tell whether it opens anything at this moment."""
        return self.state == KeyState.ACTIVE and not self.has_expired(now)


class Spending(models.Model):
    """How often a key was used in its last minute, over one connection of the database.

    One row a connection: two requests of a key never wait for each other's row; together they make the count.
    """

    guard: ClassVar[Guard] = Guard.system()

    id = models.BigAutoField(primary_key=True)
    key_id = models.UUIDField()
    connection = models.IntegerField()
    minute = models.BigIntegerField(help_text=_("Minutes since 1970."))
    used = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key_id", "connection"], name="apikeys_spending_once")]

    def __str__(self) -> str:
        return f"{self.used} in minute {self.minute}"
