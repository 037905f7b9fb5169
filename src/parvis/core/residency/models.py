"""A person's residency in one territory; the letters whose code proves it, and the tax accounts whose bill does."""

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parvis.core.identity.models import Person
from parvis.core.tenancy.fields import TerritoryForeignKey
from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import Territory, TerritoryModel

from .workflow import State

MOST_TRIES = 5
"""Wrong codes that spoil a letter."""
MOST_USES = 8
"""People that one tax bill may prove: a large household, not a street."""


class ResidencyState(models.TextChoices):
    """The states of :mod:`.workflow`, as people read them."""

    CLAIMED = State.CLAIMED.value, _("Not proven yet")
    PROVEN = State.PROVEN.value, _("Proven")
    ENDED = State.ENDED.value, _("Ended")


class Proof(models.TextChoices):
    """The way it was proven."""

    COUNTER = "counter", _("At the counter")
    LETTER = "letter", _("With the code of a letter")
    TAX = "tax", _("With a tax bill’s number and amount")


class Ending(models.TextChoices):
    """Why it ended."""

    MOVED = "moved", _("Moved")
    MISTAKE = "mistake", _("It was a mistake")
    NOT_FOUND = "not_found", _("The person does not live there")
    DEATH = "death", _("Death")
    WITHDRAWN = "withdrawn", _("The person withdrew from the town")
    ERASED = "erased", _("Erased at the person’s request")


class Residency(TerritoryModel):
    """Somebody says that they live at an address of this territory; a proof holds until `valid_until`, and some grace.

    History stays: who moves ends one residency and begins another.
    """

    guard: ClassVar[Guard] = Guard.territory(mine="person_id")
    personal_fields: ClassVar[tuple[str, ...]] = ("address",)

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="residencies")
    address = models.CharField(_("address"), max_length=200)
    address_id = models.UUIDField(null=True, blank=True, help_text=_("The civic address on the map, when known."))
    state = models.CharField(max_length=10, choices=ResidencyState, default=ResidencyState.CLAIMED)
    claimed_at = models.DateTimeField(default=timezone.now)
    proof = models.CharField(max_length=10, choices=Proof, blank=True)
    proven_at = models.DateTimeField(null=True, blank=True)
    proven_by = models.UUIDField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=10, choices=Ending, blank=True)
    moved_to = models.ForeignKey(Territory, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-claimed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "person"], name="residency_one_at_a_time", condition=~Q(state="ended")
            ),
            models.CheckConstraint(
                name="residency_proven_has_proof",
                condition=~Q(state="proven") | (~Q(proof="") & Q(proven_at__isnull=False, valid_until__isnull=False)),
            ),
            models.CheckConstraint(
                name="residency_claimed_has_none", condition=~Q(state="claimed") | Q(proof="", valid_until=None)
            ),
            models.CheckConstraint(
                name="residency_ended_iff_dated", condition=~(Q(state="ended") ^ Q(ended_at__isnull=False))
            ),
            models.CheckConstraint(
                name="residency_ended_with_reason", condition=~(Q(state="ended") ^ ~Q(ended_because=""))
            ),
            models.CheckConstraint(name="residency_has_address", condition=~Q(address="") | Q(state="ended")),
            models.CheckConstraint(
                name="residency_moves_elsewhere", condition=Q(moved_to=None) | ~Q(moved_to=F("territory"))
            ),
        ]
        indexes = [
            models.Index(fields=["person"], name="residency_person"),
            models.Index(fields=["territory", "valid_until"], name="residency_until", condition=Q(state="proven")),
            models.Index(fields=["territory", "claimed_at"], name="residency_claimed", condition=Q(state="claimed")),
        ]

    def __str__(self) -> str:
        return f"{self.state} since {self.claimed_at:%Y-%m-%d}"

    def holds(self, today: date, grace_days: int) -> bool:
        """Tell whether its rights hold on a day: proven, and not over for longer than the grace."""
        return (
            self.state == ResidencyState.PROVEN
            and self.valid_until is not None
            and today <= self.valid_until + timedelta(days=grace_days)
        )


class Letter(TerritoryModel):
    """A letter to an address with a code of single use: asked for, printed, used or spoilt. Of the code only a hash."""

    guard: ClassVar[Guard] = Guard.territory(mine="person_id")
    personal_fields: ClassVar[tuple[str, ...]] = ("address",)
    not_archived: ClassVar[str] = "Its code is hashed with the key of this instance: it opens nothing elsewhere."

    residency = TerritoryForeignKey(Residency, on_delete=models.CASCADE, related_name="letters")
    person_id = models.UUIDField()
    address = models.CharField(max_length=200)
    asked_at = models.DateTimeField(default=timezone.now)
    code_hash = models.CharField(max_length=64, blank=True)
    printed_at = models.DateTimeField(null=True, blank=True)
    batch = models.UUIDField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    spoilt_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["residency"], name="letter_one_at_a_time", condition=Q(used_at=None, spoilt_at=None)
            ),
            models.CheckConstraint(
                name="letter_hash_iff_printed", condition=Q(code_hash="") ^ Q(printed_at__isnull=False)
            ),
            models.CheckConstraint(
                name="letter_printed_expires",
                condition=~(Q(printed_at__isnull=False) ^ Q(expires_at__isnull=False)),
            ),
            models.CheckConstraint(name="letter_tries", condition=Q(tries__lte=MOST_TRIES)),
            models.CheckConstraint(name="letter_used_or_spoilt", condition=Q(used_at=None) | Q(spoilt_at=None)),
        ]
        indexes = [
            models.Index(
                fields=["territory", "asked_at"],
                name="letter_waiting",
                condition=Q(printed_at=None, spoilt_at=None),
            ),
            models.Index(fields=["person_id", "asked_at"], name="letter_person"),
        ]

    def __str__(self) -> str:
        return f"asked {self.asked_at:%Y-%m-%d}"


class TaxAccount(TerritoryModel):
    """A line of the tax roll: a hash of the account's number and its amount with the instance's key, nothing else."""

    guard: ClassVar[Guard] = Guard.territory()
    not_archived: ClassVar[str] = "Hashed with the key of this instance: the roll is imported again where it goes."

    pair_hash = models.CharField(max_length=64)
    uses = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["territory", "pair_hash"], name="tax_account_once"),
            models.CheckConstraint(name="tax_account_uses", condition=Q(uses__lte=MOST_USES)),
        ]

    def __str__(self) -> str:
        return f"used {self.uses} times"


class TaxTry(TerritoryModel):
    """Somebody typed a pair that is not on the roll: counted, so that nobody guesses, and forgotten after a month."""

    guard: ClassVar[Guard] = Guard.territory(mine="person_id")
    not_archived: ClassVar[str] = "Counts of wrong guesses, kept a month."

    person_id = models.UUIDField()
    tried_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["territory", "tried_at"], name="tax_try_day"),
            models.Index(fields=["person_id", "tried_at"], name="tax_try_person"),
        ]

    def __str__(self) -> str:
        return f"tried {self.tried_at:%Y-%m-%d}"
