"""What stands in an inbox, and how people want to be told."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import translation

from parvis.core.geo.districts import locate
from parvis.core.geo.models import DistrictKind
from parvis.core.identity.models import Presence
from parvis.core.registry.topics import Topic
from parvis.core.tenancy.addresses import territory_path
from parvis.core.tenancy.context import current_territory_id, use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.here import territory_here
from parvis.lib.errors import NotFound
from parvis.lib.geometry import distance_m

from .models import Choice, InboxMessage, InterestPlace, Preference, Preset, PushDevice, Rhythm

MANY = 99

Spot = tuple[float, float]
"""Latitude and longitude in degrees."""


@dataclass(frozen=True, slots=True)
class InboxLine:
    """A message as its reader sees it; `url` leads to the page concerned, in the language of the moment."""

    id: UUID
    territory: str
    subject: str
    text: str
    label: str
    url: str
    language: str
    created_at: datetime
    is_unread: bool

    @classmethod
    def of(cls, row: InboxMessage) -> "InboxLine":
        """Return the line of a row whose territory is loaded."""
        language = (translation.get_language() or "fr")[:2]
        return cls(
            id=row.pk,
            territory=row.territory.name,
            subject=row.subject,
            text=row.text,
            label=row.label,
            url=territory_path(row.territory, language, row.path) if row.path else "",
            language=row.language,
            created_at=row.created_at,
            is_unread=row.read_at is None,
        )


def unread_count(person_id: UUID | None) -> int:
    """Return how many messages a person has not read, in all territories, at most 99. One index-only look."""
    if person_id is None:
        return 0
    with use(person=person_id, scope=Scope.MINE):
        return len(InboxMessage.objects.filter(person_id=person_id, read_at=None).values_list("pk")[:MANY])


def inbox_of(person_id: UUID) -> QuerySet[InboxMessage]:
    """Return a person's messages in all territories, newest first. Read it inside scope ``mine``."""
    return (
        InboxMessage.objects.filter(person_id=person_id)
        .select_related("territory")
        .order_by("-created_at", "-event_id")
    )


def message_of(person_id: UUID, message_id: UUID) -> InboxLine:
    """Return one message of a person. Raises NotFound, for somebody else's too."""
    with use(person=person_id, scope=Scope.MINE):
        row = inbox_of(person_id).filter(pk=message_id).first()
        if row is None:
            raise NotFound()
        return InboxLine.of(row)


@dataclass(frozen=True, slots=True)
class Told:
    """What is kept of one person's wishes, for one topic: empty where they chose nothing."""

    preference: Preference | None
    rhythms: Mapping[str, str]
    devices: tuple[str, ...]
    is_near: bool


def wishes_of(people: Collection[UUID], topic: Topic, spot: Spot | None = None) -> dict[UUID, Told]:
    """Return what these people, as far as the scope in force may know them, chose for a topic; three or four queries.

    `spot` is where the thing happens: whoever named places wants only what is near one of them.
    """
    preferences = {row.person_id: row for row in Preference.objects.filter(person_id__in=people)}
    rhythms: dict[UUID, dict[str, str]] = defaultdict(dict)
    rows = Choice.objects.filter(person_id__in=people, topic=topic.name)
    for person, channel, rhythm in rows.values_list("person_id", "channel", "rhythm"):
        rhythms[person][channel] = rhythm
    devices: dict[UUID, list[str]] = defaultdict(list)
    for device in PushDevice.objects.filter(person_id__in=people):
        devices[device.person_id].append(subscription(device))
    far = _far_from(people, spot) if topic.has_places and spot else frozenset()
    return {
        key: Told(preferences.get(key), rhythms.get(key, {}), tuple(devices.get(key, ())), key not in far)
        for key in people
    }


def subscription(device: PushDevice) -> str:
    """Return a device as the push channel's address."""
    return json.dumps({"endpoint": device.endpoint, "keys": {"auth": device.auth, "p256dh": device.p256dh}})


def _far_from(people: Collection[UUID], spot: Spot) -> frozenset[UUID]:
    """Return which of these people named places in the territory in force, none of which holds that spot."""
    here = territory_here()
    found = (locate(here, *spot, kind=kind) for kind in DistrictKind.values)
    districts = {district.pk for district in found if district is not None}
    near: dict[UUID, bool] = {}
    for place in InterestPlace.objects.filter(person_id__in=people):
        near[place.person_id] = near.get(place.person_id, False) or holds(place, spot, districts)
    return frozenset(person for person, is_near in near.items() if not is_near)


def holds(place: InterestPlace, spot: Spot, districts: Collection[UUID]) -> bool:
    """Tell whether a spot, which lies in these districts, belongs to a place of interest."""
    if place.district_id:
        return place.district_id in districts
    return distance_m(place.lat, place.lon, *spot) <= place.radius


def interested_in(topic: str) -> Iterator[UUID]:
    """Yield whoever, of the people of the territory in force, asked for a topic of news by some channel."""
    mine = Preference.objects.filter(person_id=OuterRef("person_id"), preset=Preset.INFORMED)
    chosen = Choice.objects.filter(person_id=OuterRef("person_id"), topic=topic).exclude(rhythm=Rhythm.NEVER)
    rows = Presence.objects.filter(territory_id=current_territory_id(), withdrawn_at=None)
    wanted = rows.filter(Q(Exists(mine)) | Q(Exists(chosen)))
    yield from wanted.order_by("person_id").values_list("person_id", flat=True).iterator(2000)


def places_of(person_id: UUID) -> list[InterestPlace]:
    """Return the places somebody named in the territory in force."""
    return list(InterestPlace.objects.filter(person_id=person_id))
