"""What a person chooses: a preset, each topic by each channel, quiet hours, places; «no more of this» from a mail."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from parvis.core.delivery import marks
from parvis.core.events.operations import record
from parvis.core.geo.models import District
from parvis.core.identity.models import Person
from parvis.core.tenancy.context import current_territory_id, use
from parvis.core.tenancy.guard import Scope
from parvis.lib.actor import Actor
from parvis.lib.errors import Conflict, Invalid, NotFound, gettext_noop, require

from .. import rules
from ..models import INBOX, Channel, Choice, InterestPlace, Preference, Preset, Rhythm
from ..topics import topics
from ..unsubscribing import ALL_DIGESTS, Way

MOST_PLACES = 10


@transaction.atomic
def choose_preset(*, actor: Actor, person_id: UUID, preset: str, now: datetime) -> None:
    """Take one of the three ways to be told; what was chosen in detail gives way. Raises NotAllowed, Invalid."""
    require(rules.can_choose_for(actor, person_id))
    if preset not in Preset.values:
        raise Invalid(field="preset")
    with use(person=person_id, scope=Scope.MINE):
        row = _preference(person_id, now)
        Preference.objects.filter(pk=row.pk).update(preset=preset, changed_at=now)
        Choice.objects.filter(person_id=person_id).delete()
    _record(actor, person_id, now, what="preset", preset=preset)


@transaction.atomic
def choose_each(*, actor: Actor, person_id: UUID, rhythms: Mapping[tuple[str, str], str], now: datetime) -> None:
    """Keep the rhythm of topics by channels, where it is not what the preset says. Raises NotAllowed, Invalid."""
    require(rules.can_choose_for(actor, person_id))
    known = topics()
    with use(person=person_id, scope=Scope.MINE):
        preset = _preference(person_id, now).preset
        for (name, channel), rhythm in rhythms.items():
            topic = known.get(name)
            gathers = channel != INBOX or rhythm in {Rhythm.NOW, Rhythm.NEVER}
            if topic is None or channel not in Channel.values or rhythm not in Rhythm.values or not gathers:
                raise Invalid(field=f"{name}:{channel}")
            mine: dict[str, Any] = {"person_id": person_id, "topic": name, "channel": channel}
            if rhythm == rules.said_by(preset, topic, channel):
                Choice.objects.filter(**mine).delete()
            else:
                Choice.objects.update_or_create(**mine, defaults={"rhythm": rhythm, "changed_at": now})
    _record(actor, person_id, now, what="topics")


@transaction.atomic
def choose_quiet(*, actor: Actor, person_id: UUID, begin: time | None, end: time | None, now: datetime) -> None:
    """Keep the hours in which nothing rings; none when both are None. Raises NotAllowed, Invalid."""
    require(rules.can_choose_for(actor, person_id))
    if (begin is None) != (end is None):
        raise Invalid(gettext_noop("Say when the quiet hours begin and when they end, or neither."), field="quiet_from")
    if begin is not None and begin == end:
        raise Invalid(gettext_noop("They cannot begin and end at the same time."), field="quiet_until")
    with use(person=person_id, scope=Scope.MINE):
        row = _preference(person_id, now)
        Preference.objects.filter(pk=row.pk).update(quiet_from=begin, quiet_until=end, changed_at=now)
    _record(actor, person_id, now, what="quiet")


def _preference(person_id: UUID, now: datetime) -> Preference:
    """Return the row of a person, made with the calm defaults when there is none yet."""
    begin, end = rules.NIGHT
    defaults = {"quiet_from": begin, "quiet_until": end, "changed_at": now}
    return Preference.objects.get_or_create(person_id=person_id, defaults=defaults)[0]


@transaction.atomic
def add_place(
    *,
    actor: Actor,
    person_id: UUID,
    now: datetime,
    district_id: UUID | None = None,
    label: str = "",
    lat: float | None = None,
    lon: float | None = None,
    radius: int = 1000,
) -> InterestPlace:
    """Keep a place of interest in the territory in force: a district, or a point with metres around it.

    Raises NotAllowed, Invalid, Conflict.
    """
    require(rules.can_choose_for(actor, person_id))
    if InterestPlace.objects.filter(person_id=person_id).count() >= MOST_PLACES:
        raise Invalid(gettext_noop("Ten places are enough: remove one first."))
    place = InterestPlace(person_id=person_id, territory_id=current_territory_id(), created_at=now)
    if district_id is not None:
        district = District.objects.filter(pk=district_id).first()
        if district is None:
            raise Invalid(field="district")
        place.district_id, place.label = district.pk, district.name
    elif lat is None or lon is None:
        raise Invalid(gettext_noop("Choose a district, or an address the map knows."), field="place")
    else:
        place.lat, place.lon, place.radius, place.label = (
            lat,
            lon,
            radius,
            label.strip()[:120] or f"{lat:.4f}, {lon:.4f}",
        )
    try:
        with transaction.atomic():
            place.save(force_insert=True)
    except IntegrityError:
        raise Conflict(gettext_noop("This place is on your list already."), field="district")
    _record(actor, person_id, now, what="places")
    return place


@transaction.atomic
def remove_place(*, actor: Actor, person_id: UUID, place_id: UUID, now: datetime) -> None:
    """Forget a place of interest. Raises NotAllowed, NotFound."""
    require(rules.can_choose_for(actor, person_id))
    count, _ = InterestPlace.objects.filter(pk=place_id, person_id=person_id).delete()
    if not count:
        raise NotFound
    _record(actor, person_id, now, what="places")


@transaction.atomic
def lift_marks(*, actor: Actor, person_id: UUID, now: datetime) -> int:
    """Write again to somebody's addresses, which they or a clerk say work; return how many were marked."""
    require(rules.can_choose_for(actor, person_id))
    with use(person=person_id, scope=Scope.MINE):
        person = Person.objects.get(pk=person_id)
        account = getattr(person, "account", None)
    lifted = marks.lift("email", {person.email, account.email if account else ""})
    lifted += marks.lift("sms", {person.phone})
    if lifted:
        _record(actor, person_id, now, what="addresses")
    return lifted


@transaction.atomic
def unsubscribe(way: Way, *, now: datetime) -> None:
    """Send no more of a topic by a channel, as a signed link asks, whoever follows it. Safe to repeat."""
    for name in _topics_of(way):
        with use(person=way.person_id, scope=Scope.MINE):
            if not Person.objects.filter(pk=way.person_id).exists():
                return
            Choice.objects.update_or_create(
                person_id=way.person_id,
                topic=name,
                channel=way.channel,
                defaults={"rhythm": Rhythm.NEVER, "changed_at": now},
            )
    _record(Actor.visitor(current_territory_id()), way.person_id, now, what="unsubscribed")


@transaction.atomic
def undo_unsubscribe(way: Way, *, now: datetime) -> None:
    """Take an unsubscription back: the preset holds again for what the link spoke of."""
    with use(person=way.person_id, scope=Scope.MINE):
        mine = Choice.objects.filter(person_id=way.person_id, channel=way.channel, rhythm=Rhythm.NEVER)
        mine.filter(topic__in=_topics_of(way)).delete()
    _record(Actor.visitor(current_territory_id()), way.person_id, now, what="subscribed_again")


def _topics_of(way: Way) -> list[str]:
    """Return the topics a link speaks of: one, or all that may stand in a digest."""
    if way.topic == ALL_DIGESTS:
        return [topic.name for topic in topics().values() if topic.weight != "emergency"]
    return [way.topic]


def _record(actor: Actor, person_id: UUID, now: datetime, **data: str) -> None:
    if current_territory_id() is not None:
        subject = Person(pk=person_id)
        record(actor, "notifications.preferences_changed", subject, now=now, **data)
