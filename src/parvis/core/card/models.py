"""Keys that sign, cards, codes that hold no more, places that count who comes in."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parvis.core.identity.models import Person
from parvis.core.tenancy.fields import TerritoryForeignKey, TerritoryOneToOneField
from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel
from parvis.lib.ids import new_code

from .workflow import State


class CardState(models.TextChoices):
    """The states of :mod:`.workflow`, as people read them."""

    ACTIVE = State.ACTIVE.value, _("In use")
    ENDED = State.ENDED.value, _("Ended")


class Ending(models.TextChoices):
    """Why a card ended."""

    LOST = "lost", _("Lost")
    STOLEN = "stolen", _("Stolen")
    DAMAGED = "damaged", _("Damaged")
    UNWANTED = "unwanted", _("Not wanted any more")
    MISTAKE = "mistake", _("It was a mistake")
    DEATH = "death", _("Death")


class SigningKey(TerritoryModel):
    """The public half of a key that signs cards; one signs at a time, earlier ones stay published for cards.

    `kid` is eight random bytes in hexadecimal; `issuer` is the address of the town when the key was made, and stands in
    each card. `needed_until`: when the last code on paper that it signed ends.
    """

    guard: ClassVar[Guard] = Guard.territory(read_by_all=True)
    not_archived: ClassVar[str] = "Cards name the address of this instance: another one signs with keys of its own."

    kid = models.CharField(max_length=16, unique=True)
    issuer = models.CharField(max_length=200)
    x = models.CharField(max_length=43, help_text=_("Base64url, as in a JWK."))
    y = models.CharField(max_length=43, help_text=_("Base64url, as in a JWK."))
    made_at = models.DateTimeField(default=timezone.now)
    needed_until = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    distrusted_at = models.DateTimeField(null=True, blank=True, help_text=_("Since when no card of it is accepted."))

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["territory"], name="card_key_one_signs", condition=Q(retired_at=None)),
            models.CheckConstraint(
                name="card_key_distrusted_is_retired",
                condition=Q(distrusted_at=None) | Q(retired_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.kid


class SigningSecret(TerritoryModel):
    """The private half, sealed with the instance's key file."""

    guard: ClassVar[Guard] = Guard.territory()
    not_archived: ClassVar[str] = "It is sealed with the key of this instance, and is never exported."

    key = TerritoryOneToOneField(SigningKey, on_delete=models.CASCADE, related_name="secret")
    sealed = models.TextField()

    class Meta:
        constraints = [models.CheckConstraint(name="card_secret_is_sealed", condition=~Q(sealed=""))]

    def __str__(self) -> str:
        return str(self.key_id)


class Card(TerritoryModel):
    """Somebody's card in one territory. Codes are signed when they are asked for and never kept.

    `edition` goes up when all codes so far must hold no more though the card goes on (its holder moved away, say).
    `paper_until`: when the last code on paper of this edition ends. `seed` makes the identifiers of its codes.
    """

    guard: ClassVar[Guard] = Guard.territory(mine="person_id")
    personal_fields: ClassVar[tuple[str, ...]] = ("number",)

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cards")
    number = models.CharField(max_length=12, default=new_code)
    seed = models.UUIDField(default=uuid4, editable=False)
    edition = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=CardState, default=CardState.ACTIVE)
    issued_at = models.DateTimeField(default=timezone.now)
    paper_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=10, choices=Ending, blank=True)

    class Meta:
        ordering = ["-issued_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["territory", "number"], name="card_number_once"),
            models.UniqueConstraint(
                fields=["territory", "person"], name="card_one_at_a_time", condition=Q(state="active")
            ),
            models.CheckConstraint(
                name="card_ended_iff_dated", condition=~(Q(state="ended") ^ Q(ended_at__isnull=False))
            ),
            models.CheckConstraint(name="card_ended_with_reason", condition=~(Q(state="ended") ^ ~Q(ended_because=""))),
        ]
        indexes = [
            models.Index(fields=["person"], name="card_person"),
            models.Index(fields=["territory", "-issued_at"], name="card_newest"),
        ]

    def __str__(self) -> str:
        return self.number


class Revocation(TerritoryModel):
    """The identifier of a code that holds no more, kept until the code would have ended by itself. It names nobody."""

    guard: ClassVar[Guard] = Guard.territory(read_by_all=True)
    not_archived: ClassVar[str] = "Another instance signs with keys of its own: no code of this one holds there."

    code_id = models.CharField(max_length=16)
    until = models.DateTimeField()
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["territory", "code_id"], name="card_revoked_once")]
        indexes = [models.Index(fields=["until"], name="card_revoked_until")]

    def __str__(self) -> str:
        return self.code_id


class Place(TerritoryModel):
    """A door where cards are checked and entries counted: a pool, a library, an ecocentre.

    `purpose` names the card purpose that is asked for there; other codes are read too, when they say as much.
    """

    guard: ClassVar[Guard] = Guard.territory()

    slug = models.SlugField(max_length=60)
    name = models.CharField(_("name"), max_length=80)
    purpose = models.CharField(max_length=40)
    residents_only = models.BooleanField(_("Residents only"), default=False)
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["territory", "slug"], name="card_place_slug_once")]

    def __str__(self) -> str:
        return self.name


class Visit(TerritoryModel):
    """One entry at a place, counted on a phone that may have had no line; `key` counts it once.

    `mark` is the identifier of the code that was shown, for two days: it tells a second entry on the same day from a
    second person, and then goes. No person is written down. `again`: the same code came in there that day already.
    """

    guard: ClassVar[Guard] = Guard.territory()
    personal_fields: ClassVar[tuple[str, ...]] = ("mark",)

    place = TerritoryForeignKey(Place, on_delete=models.CASCADE, related_name="visits")
    key = models.UUIDField()
    day = models.DateField()
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now)
    resident = models.BooleanField(null=True, blank=True)
    mark = models.CharField(max_length=16, blank=True)
    again = models.BooleanField(default=False)
    counted_by = models.UUIDField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-happened_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["territory", "key"], name="card_visit_once")]
        indexes = [
            models.Index(fields=["place", "day"], name="card_visit_day"),
            models.Index(fields=["territory", "received_at"], name="card_visit_marked", condition=~Q(mark="")),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.day}"
