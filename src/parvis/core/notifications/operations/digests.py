"""The digest: what waited for somebody, gathered in one calm message. Safe to run twice, and to be killed."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from parvis.core.delivery.operations import Message, enqueue_many

from ..digest import Digest
from ..models import Held, PushDevice
from ..queries import subscription
from ..reach import Reach, reaches_of

PEOPLE = 200  # whose digests are written in one transaction


@transaction.atomic
def send_digests(*, now: datetime, most: int = PEOPLE) -> bool:
    """Write the digests that are due in the territory in force for some people; return whether others still wait.

    A row goes into one digest: it is marked in the transaction that writes the message, whose key is its first row's.
    """
    due = Held.objects.filter(sent_at=None, due_at__lte=now)
    people = list(due.order_by("person_id").values_list("person_id", flat=True).distinct()[: most + 1])
    rows = list(
        due.filter(person_id__in=people[:most])
        .select_for_update(skip_locked=True)
        .order_by("person_id", "channel", "created_at", "id")
    )
    groups: dict[tuple[UUID, str], list[Held]] = defaultdict(list)
    for row in rows:
        groups[row.person_id, row.channel].append(row)
    reaches = reaches_of({person for person, _channel in groups}, now=now)
    # Who has left the town since then gets nothing from it any more: what waited is in the inbox.
    messages = (
        message
        for (person, channel), held in groups.items()
        if person in reaches
        for message in _messages(reaches[person], channel, held)
    )
    enqueue_many(messages, now=now)
    Held.objects.filter(pk__in=[row.pk for row in rows]).update(sent_at=now)
    return len(people) > most


def _messages(reach: Reach, channel: str, rows: Sequence[Held]) -> Iterator[Message]:
    digest = Digest(reach, rows)
    if channel == "email" and reach.email:
        yield digest.email()
    elif channel == "sms" and reach.phone:
        yield digest.text_message()
    elif channel == "letter" and reach.letter:
        yield digest.letter()
    elif channel == "push":
        for device in PushDevice.objects.filter(person_id=reach.person_id):
            yield digest.push(subscription(device))
