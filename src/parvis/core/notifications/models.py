"""The inbox, how each person wants to be told, and what waits for the next digest."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parvis.core.identity.models import Person
from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel
from parvis.lib.ids import new_id

INBOX = "inbox"


class Rhythm(models.TextChoices):
    """How often somebody is told."""

    NOW = "now", _("At once")
    DAILY = "daily", _("Once a day")
    WEEKLY = "weekly", _("Once a week")
    NEVER = "never", _("Never")


class Channel(models.TextChoices):
    """The ways to somebody, as they choose among them."""

    INBOX = INBOX, _("My messages")
    EMAIL = "email", _("E-mail")
    PUSH = "push", _("On my devices")
    SMS = "sms", _("Text message")
    LETTER = "letter", _("Letter")


class Preset(models.TextChoices):
    """Three sensible ways to be told, one of which suits most people."""

    CALM = "calm", _("Calm")
    INFORMED = "informed", _("Well informed")
    QUIET = "quiet", _("Only when I come")


class InboxMessage(TerritoryModel):
    """One message in a person's inbox. `path` leads to the page concerned, without town and language."""

    guard: ClassVar[Guard] = Guard.territory(mine="person_id")
    personal_fields: ClassVar[tuple[str, ...]] = ("*",)

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    event_id = models.UUIDField()
    notice = models.CharField(max_length=120)
    topic = models.CharField(max_length=80)
    subject = models.CharField(max_length=250)
    text = models.TextField()
    path = models.CharField(max_length=300, blank=True)
    label = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=2)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event_id", "notice", "person"], name="inbox_message_once")]
        indexes = [
            models.Index(fields=["person", "-created_at"], name="inbox_message_person"),
            models.Index(fields=["person"], name="inbox_message_unread", condition=Q(read_at=None)),
            models.Index(fields=["territory", "created_at"], name="inbox_message_age"),
        ]


class Preference(models.Model):
    """How a person wants to be told, in every town. Without a row: calm, and quiet at night."""

    guard: ClassVar[Guard] = Guard.of_person()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="+")
    preset = models.CharField(max_length=10, choices=Preset, default=Preset.CALM)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(name="preference_preset_known", condition=Q(preset__in=Preset.values)),
            models.CheckConstraint(
                name="preference_quiet_has_two_ends",
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=models.F("quiet_until")),
            ),
        ]

    def __str__(self) -> str:
        return self.preset


class Choice(models.Model):
    """What a person chose otherwise than their preset says, for one topic by one channel."""

    guard: ClassVar[Guard] = Guard.of_person()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=80)
    channel = models.CharField(max_length=10, choices=Channel)
    rhythm = models.CharField(max_length=10, choices=Rhythm)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "topic", "channel"], name="choice_once"),
            models.CheckConstraint(name="choice_rhythm_known", condition=Q(rhythm__in=Rhythm.values)),
            models.CheckConstraint(name="choice_channel_known", condition=Q(channel__in=Channel.values)),
            models.CheckConstraint(
                name="choice_inbox_gathers_nothing",
                condition=~Q(channel=INBOX) | Q(rhythm__in=[Rhythm.NOW, Rhythm.NEVER]),
            ),
        ]
        indexes = [
            models.Index(fields=["topic", "person"], name="choice_topic", condition=~Q(rhythm=Rhythm.NEVER)),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.channel} {self.rhythm}"


class InterestPlace(TerritoryModel):
    """A place a person wants to hear of: a district, or what lies around a point, `radius` in metres."""

    guard: ClassVar[Guard] = Guard.territory(mine="person_id")
    personal_fields: ClassVar[tuple[str, ...]] = ("*",)

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    label = models.CharField(max_length=120)
    district_id = models.UUIDField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    radius = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="interest_place_is_district_or_point",
                condition=Q(district_id__isnull=False, lat=None, lon=None, radius=None)
                | Q(
                    district_id=None,
                    lat__isnull=False,
                    lon__isnull=False,
                    radius__isnull=False,
                    lat__range=(-90, 90),
                    lon__range=(-180, 180),
                    radius__range=(100, 20_000),
                ),
            ),
            models.UniqueConstraint(fields=["person", "district_id"], name="interest_district_once"),
        ]
        indexes = [models.Index(fields=["territory", "person"], name="interest_place_person")]

    def __str__(self) -> str:
        return self.label


class Held(TerritoryModel):
    """A message kept for somebody's next digest by one channel; it stays a while after, so that none is told twice."""

    guard: ClassVar[Guard] = Guard.territory(mine="person_id")
    not_archived: ClassVar[str] = "What waits is sent by the instance that holds it; sent twice, it would be a fault."

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel)
    event_id = models.UUIDField()
    notice = models.CharField(max_length=120)
    topic = models.CharField(max_length=80)
    subject = models.CharField(max_length=250)
    text = models.TextField()
    path = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=2)
    rhythm = models.CharField(max_length=10, choices=Rhythm)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event_id", "notice", "person", "channel"], name="held_once"),
            models.CheckConstraint(name="held_is_gathered", condition=Q(rhythm__in=[Rhythm.DAILY, Rhythm.WEEKLY])),
            models.CheckConstraint(name="held_by_a_channel", condition=~Q(channel=INBOX)),
        ]
        indexes = [
            models.Index(fields=["territory", "due_at", "person"], name="held_due", condition=Q(sent_at=None)),
            models.Index(fields=["person"], name="held_person"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} by {self.channel}, due {self.due_at}"


class PushDevice(models.Model):
    """A browser that shows our messages (RFC 8030): where they are posted, and with which keys they are sealed."""

    guard: ClassVar[Guard] = Guard.of_person()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    endpoint = models.TextField()
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=60)
    name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["endpoint"], name="push_device_once")]
        indexes = [models.Index(fields=["person"], name="push_device_person")]

    def __str__(self) -> str:
        return self.name


class PushKey(models.Model):
    """The key pair by which push services know this instance (VAPID, RFC 8292); the private half is sealed."""

    guard: ClassVar[Guard] = Guard.system()

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    public = models.CharField(max_length=120)
    sealed = models.TextField()
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(name="push_key_only_one", condition=Q(id=1))]

    def __str__(self) -> str:
        return self.public
