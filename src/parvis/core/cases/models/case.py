"""The case, its history and its clock."""

from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parvis.core.cases.workflow import State, sources_of
from parvis.core.identity.models import Language, Person, Team
from parvis.core.tenancy.fields import TerritoryForeignKey
from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryManager, TerritoryModel
from parvis.lib.actor import Channel
from parvis.lib.errors import WrongState
from parvis.lib.ids import new_code

CHANNELS = [
    (Channel.WEB, _("Web")),
    (Channel.PHONE, _("Telephone")),
    (Channel.COUNTER, _("Counter")),
    (Channel.MAIL, _("Mail")),
    (Channel.EMAIL, _("E-mail")),
    (Channel.PARTNER, _("Partner")),
    (Channel.SYSTEM, _("System")),
]
STATES = [
    (State.RECEIVED, _("Received")),
    (State.OPEN, _("In progress")),
    (State.WAITING, _("Waiting")),
    (State.CLOSED, _("Closed")),
    (State.MERGED, _("Merged")),
]


class Satisfaction(models.IntegerChoices):
    """The answer to the one question asked when a case ends."""

    NO = 1, _("No")
    PARTLY = 2, _("Partly")
    YES = 3, _("Yes")


class CaseQuerySet(models.QuerySet["Case"]):
    """Questions asked of many cases; each uses a partial index of the open ones."""

    def still_open(self) -> Self:
        """Keep the cases that are not ended."""
        return self.filter(closed_at=None)

    def late(self, now: datetime) -> Self:
        """Keep the open cases whose due moment has passed."""
        return self.filter(closed_at=None, due_at__lt=now)


class Case(TerritoryModel):
    """Something a person asks of a municipality. `kind` is the name of the module it belongs to."""

    guard: ClassVar[Guard] = Guard.territory(mine="person_id", service="column:kind")
    personal_fields: ClassVar[tuple[str, ...]] = (
        "subject",
        "contact_name",
        "contact_email",
        "contact_phone",
        "place",
        "search_text",
    )

    code = models.CharField(max_length=12, default=new_code, help_text=_("What a person can dictate."))
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=200, help_text=_("What staff read in the work list."))
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    contact_name = models.CharField(max_length=120, blank=True)
    contact_email = models.EmailField(blank=True)
    contact_phone = models.CharField(max_length=20, blank=True, help_text=_("E.164, such as +18195550142."))
    language = models.CharField(max_length=2, choices=Language, default=Language.FRENCH)
    channel = models.CharField(max_length=10, choices=CHANNELS, default=Channel.WEB)
    state = models.CharField(max_length=10, choices=STATES, default=State.RECEIVED)
    district_id = models.UUIDField(null=True, blank=True)
    team = TerritoryForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    assignee = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    place = models.CharField(max_length=200, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    due_days = models.PositiveSmallIntegerField(null=True, blank=True, help_text=_("Promised delay, working days."))
    due_at = models.DateTimeField(null=True, blank=True, help_text=_("Empty when nothing is due or the clock stands."))
    awaiting_reply_since = models.DateTimeField(null=True, blank=True, help_text=_("Nobody answered the person yet."))
    closed_at = models.DateTimeField(null=True, blank=True)
    merged_into = TerritoryForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")
    satisfaction = models.PositiveSmallIntegerField(choices=Satisfaction, null=True, blank=True)
    link_version = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text=_("How often whoever asked has replaced the secret link of the mails.")
    )
    saved_contacts = models.PositiveSmallIntegerField(default=0)
    saved_trips = models.PositiveSmallIntegerField(default=0)
    search_text = models.TextField(blank=True, editable=False, help_text=_("Folded words for the search."))

    objects = TerritoryManager.from_queryset(CaseQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["territory", "code"], name="case_code_once"),
            models.CheckConstraint(
                name="case_closed_iff_dated", condition=Q(state__in=["closed", "merged"]) ^ Q(closed_at__isnull=True)
            ),
            models.CheckConstraint(
                name="case_merged_iff_into", condition=Q(state="merged") ^ Q(merged_into__isnull=True)
            ),
            models.CheckConstraint(name="case_not_into_itself", condition=~Q(merged_into=F("id"))),
            models.CheckConstraint(name="case_state_known", condition=Q(state__in=[state.value for state in State])),
            models.CheckConstraint(
                name="case_satisfaction_1_to_3", condition=Q(satisfaction=None) | Q(satisfaction__range=(1, 3))
            ),
            models.CheckConstraint(
                name="case_on_earth",
                condition=(Q(lat=None) & Q(lon=None)) | (Q(lat__range=(-90, 90)) & Q(lon__range=(-180, 180))),
            ),
        ]
        # Every index starts with the territory, which the managers filter on; what the policies read stands beside it,
        # so that a count never visits the table.
        indexes = [
            models.Index(
                fields=["territory", "due_at", "id"],
                include=["person", "kind", "team", "assignee", "district_id", "awaiting_reply_since"],
                name="case_open_due",
                condition=Q(closed_at=None),
            ),
            *(
                # With the id at the end the walk is in the order of the list: no sort, it stops at the page's end.
                models.Index(fields=["territory", field, "due_at", "id"], name=name, condition=Q(closed_at=None))
                for field, name in (
                    ("team", "case_open_by_team"),
                    ("assignee", "case_open_by_assignee"),
                    ("district_id", "case_open_by_district"),
                    ("kind", "case_open_by_kind"),
                )
            ),
            # IS NULL is no equality to the planner: without an index of their own, nobody's cases would be sorted.
            models.Index(
                fields=["territory", "due_at", "id"],
                name="case_open_nobodys",
                condition=Q(closed_at=None, team=None, assignee=None),
            ),
            models.Index(
                fields=["territory", "awaiting_reply_since"],
                name="case_awaiting",
                condition=Q(awaiting_reply_since__isnull=False),
            ),
            models.Index(fields=["territory", "-opened_at", "-id"], name="case_opened"),
            models.Index(fields=["territory", "kind", "-opened_at", "-id"], name="case_kind"),
            models.Index(fields=["territory", "district_id", "-opened_at", "-id"], name="case_district"),
            models.Index(fields=["territory", "team", "-opened_at", "-id"], name="case_team"),
            models.Index(fields=["territory", "assignee", "-opened_at", "-id"], name="case_assignee"),
            # What kept counts read again: the cases that ended, or whose promise fell due, in a stretch of days.
            models.Index(
                fields=["territory", "kind", "closed_at"], name="case_ended", condition=Q(closed_at__isnull=False)
            ),
            models.Index(
                fields=["territory", "kind", "due_at"], name="case_ended_due", condition=Q(closed_at__isnull=False)
            ),
            models.Index(fields=["person", "-opened_at"], name="case_person"),
            models.Index(fields=["territory", "contact_phone"], name="case_phone", condition=~Q(contact_phone="")),
            models.Index(fields=["territory", "contact_email"], name="case_email", condition=~Q(contact_email="")),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_open(self) -> bool:
        """Whether it is not ended."""
        return self.closed_at is None

    def is_late(self, now: datetime) -> bool:
        """Tell whether the promised moment has passed."""
        return self.is_open and self.due_at is not None and self.due_at < now

    def advance(
        self, *, to: State, at: datetime, only_from: State | None = None, merged_into_id: UUID | None = None
    ) -> State:
        """Take one step of the table by one conditional UPDATE; return the state it came from.

        `only_from`: several steps lead there, and this is one of them. Raises WrongState.
        """
        before = State(self.state)
        ended = to in {State.CLOSED, State.MERGED}
        values = {"state": to, "closed_at": at if ended else None, "merged_into_id": merged_into_id}
        if ended:
            values["awaiting_reply_since"] = None
        if before not in sources_of(to) or before != (only_from or before):
            raise WrongState
        rows = Case.objects.filter(pk=self.pk, state=before).update(**values)
        if rows != 1:
            raise WrongState
        for name, value in values.items():
            setattr(self, name, value)
        return before


class CaseEvent(TerritoryModel):
    """One line of a case's history: what, who, when, from which state to which. Never any text of people."""

    guard: ClassVar[Guard] = Guard.territory(mine="person_id", append_only=True)
    personal_fields: ClassVar[tuple[str, ...]] = ()

    case = TerritoryForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    name = models.CharField(max_length=40, help_text=_("Such as «opened» or «message_sent»."))
    actor_id = models.UUIDField(null=True, help_text=_("Who acted; empty for a visitor or the system."))
    person_id = models.UUIDField(null=True, help_text=_("Whose case it was at that moment."))
    channel = models.CharField(max_length=10, choices=CHANNELS)
    at = models.DateTimeField(default=timezone.now)
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10, blank=True)
    is_internal = models.BooleanField(default=False, help_text=_("Not part of what the person is shown."))
    data = models.JSONField(default=dict, help_text=_("Ids and states only."))

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["territory", "case", "at", "id"], name="case_event_case")]


class ClockReason(models.TextChoices):
    """Why the clock of a case stands."""

    PERSON = "person", _("We are waiting for your answer")
    PARTNER = "partner", _("We are waiting for another body")
    SEASON = "season", _("The season does not allow it")
    MATERIAL = "material", _("We are waiting for material")
    HANDED_OVER = "handed_over", _("It was handed over to another body")
    OTHER = "other", _("Another reason")


class ClockStop(TerritoryModel):
    """A time during which the clock of a case stands, with its reason."""

    guard: ClassVar[Guard] = Guard.territory(mine="person_id")
    personal_fields: ClassVar[tuple[str, ...]] = ()

    case = TerritoryForeignKey(Case, on_delete=models.CASCADE, related_name="stops")
    person_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=20, choices=ClockReason)
    stopped_at = models.DateTimeField()
    resumed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["stopped_at"]
        constraints = [
            models.UniqueConstraint(fields=["case"], name="clock_stop_one_at_a_time", condition=Q(resumed_at=None)),
            models.CheckConstraint(
                name="clock_stop_order", condition=Q(resumed_at=None) | Q(resumed_at__gte=F("stopped_at"))
            ),
        ]
        indexes = [models.Index(fields=["territory", "case"], name="clock_stop_case")]
