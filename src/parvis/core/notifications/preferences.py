"""One person's preferences as a page shows them: contacts, preset, and each topic by each channel."""

from dataclasses import dataclass
from datetime import time
from uuid import UUID

from parvis.core.delivery.channels.known import open_channels
from parvis.core.delivery.queries import Mark, mark_of
from parvis.core.identity.models import Person
from parvis.core.registry.topics import Topic
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope

from .models import INBOX, Channel, Choice, Preference, Preset, PushDevice
from .queries import Told
from .rules import NIGHT, Wishes, rhythm_of
from .topics import topics_in_use


@dataclass(frozen=True, slots=True)
class Line:
    """A topic with the rhythm of each channel that can be chosen."""

    topic: Topic
    rhythms: dict[str, str]


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody is told at this moment. `is_own`: they chose something otherwise than their preset says."""

    person: Person
    email: str
    email_mark: Mark | None
    phone_mark: Mark | None
    preset: str
    quiet: tuple[time, time] | None
    is_own: bool
    channels: list[str]
    lines: list[Line]
    devices: list[PushDevice]


def standing_of(person_id: UUID, *, is_staff: bool) -> Standing:
    """Return how somebody is told. Raises Person.DoesNotExist for who is not known to the scope in force."""
    with use(person=person_id, scope=Scope.MINE):
        person = Person.objects.get(pk=person_id)
        account = getattr(person, "account", None)
        email = person.email or (account.email if account else "")
        preference = Preference.objects.filter(person_id=person_id).first()
        choices: dict[str, dict[str, str]] = {}
        for row in Choice.objects.filter(person_id=person_id):
            choices.setdefault(row.topic, {})[row.channel] = row.rhythm
        devices = list(PushDevice.objects.filter(person_id=person_id).order_by("created_at"))
    channels = [name for name in Channel.values if name == INBOX or name in open_channels()]
    wishes = wishes_from(Told(preference, {}, (), True))
    lines, is_own = [], False
    for topic in topics_in_use(is_staff=is_staff):
        own = Wishes(wishes.preset, choices.get(topic.name, {}), wishes.quiet)
        rhythms = {name: str(rhythm_of(own, topic, name)) for name in channels}
        is_own = is_own or rhythms != {name: str(rhythm_of(wishes, topic, name)) for name in channels}
        lines.append(Line(topic, rhythms))
    return Standing(
        person=person,
        email=email,
        email_mark=mark_of("email", email),
        phone_mark=mark_of("sms", person.phone),
        preset=wishes.preset,
        quiet=wishes.quiet,
        is_own=is_own,
        channels=channels,
        lines=lines,
        devices=devices,
    )


def wishes_from(told: Told) -> Wishes:
    """Return what somebody wishes: what they said, calm and quiet at night where they said nothing."""
    row = told.preference
    if row is None:
        return Wishes(Preset.CALM, told.rhythms, NIGHT, told.devices, told.is_near)
    quiet = (row.quiet_from, row.quiet_until) if row.quiet_from is not None and row.quiet_until is not None else None
    return Wishes(row.preset, told.rhythms, quiet, told.devices, told.is_near)
