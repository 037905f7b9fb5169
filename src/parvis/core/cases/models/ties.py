"""How cases and people are tied: links, followers, and hand-overs to another body."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parvis.core.cases.workflow import HandOverState
from parvis.core.identity.models import Language, Organisation, Person
from parvis.core.tenancy.fields import TerritoryForeignKey
from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import Territory, TerritoryModel

from .case import Case


class LinkKind(models.TextChoices):
    """How two cases belong together."""

    RELATED = "related", _("Related")
    DUPLICATE = "duplicate", _("Duplicate")
    FOLLOW_UP = "follow_up", _("Follow-up")


class CaseLink(TerritoryModel):
    """Two cases of the same territory belong together; read in both directions."""

    guard: ClassVar[Guard] = Guard.territory()

    case = TerritoryForeignKey(Case, on_delete=models.CASCADE, related_name="links")
    other = TerritoryForeignKey(Case, on_delete=models.CASCADE, related_name="linked_from")
    kind = models.CharField(max_length=10, choices=LinkKind)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "other", "kind"], name="case_link_once"),
            models.CheckConstraint(name="case_link_not_itself", condition=~Q(case=F("other"))),
        ]
        indexes = [models.Index(fields=["territory", "other"], name="case_link_other")]


class Follower(TerritoryModel):
    """Somebody else who wants to know what becomes of a case: a person of the house, or a bare address."""

    guard: ClassVar[Guard] = Guard.territory(mine="person_id")
    personal_fields: ClassVar[tuple[str, ...]] = ("*",)

    case = TerritoryForeignKey(Case, on_delete=models.CASCADE, related_name="followers")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=2, choices=Language, default=Language.FRENCH)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(name="follower_is_somebody", condition=Q(person__isnull=False) | ~Q(email="")),
            models.UniqueConstraint(fields=["case", "person"], name="follower_person_once", condition=~Q(person=None)),
            models.UniqueConstraint(
                fields=["case", "email"], name="follower_email_once", condition=Q(person=None) & ~Q(email="")
            ),
        ]
        indexes = [models.Index(fields=["person", "at"], name="follower_person")]


class Side(models.TextChoices):
    """Which end of a hand-over a row stands at."""

    SENT = "sent", _("Sent")
    RECEIVED = "received", _("Received")


class HandOver(TerritoryModel):
    """One end of a hand-over. Sender and receiver each own a row about their own case and know the other's bare id.

    `frozen` is the copy of the history made when it left (at the receiver: what arrived; at the sender: what was sent,
    then, in `answer`, what came back). Rows never change territory. An organisation has no rows of its own: its members
    read the sender's, in scope ``partner``.
    """

    guard: ClassVar[Guard] = Guard.territory(partner="organisation_id")
    personal_fields: ClassVar[tuple[str, ...]] = ("*",)

    case = TerritoryForeignKey(Case, on_delete=models.CASCADE, related_name="hand_overs")
    side = models.CharField(max_length=10, choices=Side)
    state = models.CharField(
        max_length=10, choices=[(state, state) for state in HandOverState], default=HandOverState.OFFERED
    )
    body = models.ForeignKey(Territory, on_delete=models.PROTECT, null=True, related_name="+")
    organisation = TerritoryForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    other_id = models.UUIDField(null=True, help_text=_("The row at the other end."))
    other_code = models.CharField(max_length=12, blank=True, help_text=_("The code of the case at the other end."))
    other_state = models.CharField(max_length=10, blank=True, help_text=_("The state of the case at the other end."))
    shares_contact = models.BooleanField(default=False)
    reason = models.TextField(max_length=2000, blank=True)
    frozen = models.JSONField(default=dict)
    answer = models.JSONField(default=dict)
    awaiting_since = models.DateTimeField(
        null=True, blank=True, help_text=_("The organisation wrote; nobody answered.")
    )
    link_version = models.PositiveSmallIntegerField(
        db_default=0, default=0, help_text=_("How often staff have replaced the secret link of the organisation.")
    )
    sent_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["sent_at"]
        constraints = [
            models.CheckConstraint(
                name="hand_over_to_one", condition=Q(body__isnull=True) ^ Q(organisation__isnull=True)
            ),
            models.CheckConstraint(name="hand_over_not_home", condition=~Q(body=F("territory"))),
            models.CheckConstraint(
                name="hand_over_offered_iff_undecided", condition=Q(state="offered") ^ Q(decided_at__isnull=False)
            ),
            models.CheckConstraint(
                name="hand_over_over_iff_dated",
                condition=Q(state__in=["refused", "returned", "done", "withdrawn"]) ^ Q(ended_at__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["case", "side"], name="hand_over_one_under_way", condition=Q(ended_at__isnull=True)
            ),
            models.UniqueConstraint(
                fields=["territory", "side", "other_id"], name="hand_over_arrives_once", condition=~Q(other_id=None)
            ),
        ]
        indexes = [
            models.Index(fields=["territory", "state", "side"], name="hand_over_state", condition=Q(ended_at=None)),
            models.Index(
                fields=["territory", "awaiting_since"], name="hand_over_awaiting", condition=~Q(awaiting_since=None)
            ),
            models.Index(
                fields=["organisation", "-sent_at"], name="hand_over_partner", condition=~Q(organisation=None)
            ),
        ]

    @property
    def partner_name(self) -> str:
        """Return the name of the body or organisation at the other end."""
        return str(self.body or self.organisation or "")


class PartnerMessage(TerritoryModel):
    """What the staff and an organisation say to each other about a case that was handed to it.

    The person whose case it is does not read it. `files`: each ``{"id", "name"}``.
    """

    guard: ClassVar[Guard] = Guard.territory(partner="organisation_id")
    personal_fields: ClassVar[tuple[str, ...]] = ("*",)

    hand_over = TerritoryForeignKey(HandOver, on_delete=models.CASCADE, related_name="messages")
    organisation = TerritoryForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    author_id = models.UUIDField(null=True)
    from_partner = models.BooleanField()
    text = models.TextField(max_length=10_000, blank=True, help_text=_("Empty when only a file was sent, or erased."))
    files = models.JSONField(default=list)
    at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["territory", "hand_over", "at"], name="partner_message_hand_over")]
