"""One message on its way: its words frozen, signed, posted outside any transaction, and what became of it written down.

A message stands in one of three moments, and a crash in any of them loses nothing: waiting (a task or the sweep will
take it), claimed (it is due again a minute later), written down.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import F

from parvis import __version__
from parvis.core.audit.models import Entry
from parvis.core.events.operations import Event, record
from parvis.core.identity.sealing import Unreadable, unseal
from parvis.core.tenancy.addresses import absolute, territory_path
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.outbound import Answer, NoAnswer, call

from . import signing
from .models import Attempt, Delivery, Subscription
from .queries import TEST, next_due, told_events
from .workflow import GIVE_UP_AFTER, MOST_TRIES, STOP_AFTER, Fate, State, rest_after, wait_after

CLAIMED_FOR = timedelta(minutes=1)  # longer than any try; then the sweep takes what a dead worker had begun
KEPT_BYTES = 400  # of an answer
LONGEST_RETRY_AFTER = timedelta(hours=6)
# Answers that speak of the receiver as a whole: it is left alone for a while, not only this message.
BUSY = frozenset({429, 502, 503, 504})
GONE = 410


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message ready to be posted."""

    delivery_id: UUID
    subscription_id: UUID
    url: str
    body: bytes
    headers: dict[str, str]


def claim(subscription_id: UUID, *, now: datetime) -> Parcel | None:
    """Take the next message that is due, in the running transaction; None when there is none, or it must rest."""
    # Without the key: events that write deliveries meanwhile need not wait.
    standing = Subscription.objects.select_for_update(no_key=True)
    subscription = standing.filter(pk=subscription_id, state=State.ACTIVE.value).first()
    if subscription is None or (subscription.rests_until is not None and subscription.rests_until > now):
        return None
    try:
        keys = _keys(subscription, now)
    except Unreadable:
        _stop(subscription, now)
        return None
    while (delivery := next_due(subscription, now)) is not None:
        try:
            body = delivery.body or words_of(delivery)
        except ObjectDoesNotExist:
            # What it speaks of is no longer there, and nothing can be said of it.
            Delivery.objects.filter(pk=delivery.pk).update(state=Fate.GIVEN_UP.value)
            continue
        Delivery.objects.filter(pk=delivery.pk).update(body=body, tries=F("tries") + 1, next_at=now + CLAIMED_FOR)
        said = {
            "Content-Type": "application/json",
            "User-Agent": f"Parvis/{__version__} (webhooks)",
            **signing.headers(keys, message_id=delivery.message_id, at=now, body=body.encode()),
        }
        return Parcel(delivery.pk, subscription.pk, subscription.url, body.encode(), said)
    return None


def _keys(subscription: Subscription, now: datetime) -> list[str]:
    """Return what signs: the secret, and the one before until its end. Raises Unreadable."""
    keys = [unseal(subscription.sealed_secret)]
    if subscription.previous_until is not None and subscription.previous_until > now:
        keys.append(unseal(subscription.sealed_previous))
    return keys


def _stop(subscription: Subscription, now: datetime) -> None:
    """Stop serving a subscription, and let staff know; what waits stays."""
    if Subscription.objects.filter(pk=subscription.pk, state=State.ACTIVE.value).update(state=State.STOPPED.value):
        record(Actor.system(subscription.territory_id), "webhooks.stopped", subscription, now=now)


def words_of(delivery: Delivery) -> str:
    """Return the JSON of a message: type, moment, and what the module says of it. Raises ObjectDoesNotExist."""
    territory = Territory.objects.get(pk=delivery.territory_id)
    data: dict[str, Any] = {"territory": territory.slug, "event_id": str(delivery.event_id)}
    if delivery.event != TEST:
        event = Event.of(Entry.objects.get(pk=delivery.event_id))
        for name, value in told_events()[delivery.event].payload(event).items():
            if name.endswith("path"):
                name, value = f"{name[:-4]}url", absolute(territory_path(territory, "fr", value)) if value else None
            data[name] = value
    said = {"type": delivery.event, "timestamp": delivery.at.isoformat(), "data": data}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"), default=str)


def post(parcel: Parcel) -> Answer | NoAnswer:
    """Post a message; return what came back, or why nothing did. Outside of any transaction."""
    try:
        return call(
            "POST",
            parcel.url,
            content=parcel.body,
            headers=parcel.headers,
            allowed=settings.OUTBOUND_NETWORKS,
            most_bytes=KEPT_BYTES,
        )
    except NoAnswer as none:
        return none


def settle(parcel: Parcel, outcome: Answer | NoAnswer, *, now: datetime) -> list[datetime]:
    """Write down what became of a try; return the moments at which to look again."""
    subscription = Subscription.objects.select_for_update(no_key=True).filter(pk=parcel.subscription_id).first()
    delivery = Delivery.objects.filter(pk=parcel.delivery_id).first()
    if subscription is None or delivery is None:
        return []  # removed in the meantime
    status = outcome.status if isinstance(outcome, Answer) else None
    Attempt.objects.create(delivery=delivery, at=now, milliseconds=round(outcome.seconds * 1000), **_said(outcome))
    if status is not None and 200 <= status < 300:
        Delivery.objects.filter(pk=delivery.pk).update(state=Fate.DELIVERED.value, delivered_at=now)
        Subscription.objects.filter(pk=subscription.pk).update(
            failures=0, failing_since=None, rests_until=None, last_success_at=now
        )
        return []
    return _failed(subscription, delivery, outcome, status, now)


def _said(outcome: Answer | NoAnswer) -> dict[str, Any]:
    if isinstance(outcome, NoAnswer):
        return {"obstacle": outcome.obstacle.value, "answer": printable(outcome.detail)}
    if 300 <= outcome.status < 400:
        return {"status": outcome.status, "answer": printable(f"→ {outcome.headers.get('location', '')}")}
    return {"status": outcome.status, "answer": printable(outcome.body.decode("utf-8", "replace"))}


def printable(text: str) -> str:
    """Return the beginning of what another machine said, on one line, without anything that a log should not hold."""
    return re.sub(r"\s+", " ", "".join(c if c.isprintable() or c.isspace() else "·" for c in text)).strip()[:KEPT_BYTES]


def _failed(
    subscription: Subscription, delivery: Delivery, outcome: Answer | NoAnswer, status: int | None, now: datetime
) -> list[datetime]:
    failures, since = subscription.failures + 1, subscription.failing_since or now
    over = delivery.tries >= MOST_TRIES or now - delivery.queued_at > GIVE_UP_AFTER
    again = now + timedelta(seconds=wait_after(delivery.tries))
    Delivery.objects.filter(pk=delivery.pk).update(
        next_at=again, state=Fate.GIVEN_UP.value if over else Fate.WAITING.value
    )
    rests_until = None
    if status is None or status in BUSY:
        rests_until = max(now + timedelta(seconds=rest_after(failures)), _asked_to_wait(outcome, now))
    never = subscription.last_success_at is None or subscription.last_success_at < delivery.queued_at
    stops = status == GONE or now - since >= STOP_AFTER or (over and never)
    Subscription.objects.filter(pk=subscription.pk).update(
        failures=failures,
        failing_since=since,
        rests_until=rests_until,
    )
    if stops:
        _stop(subscription, now)
        return []
    return [moment for moment in (rests_until, None if over else max(again, rests_until or again)) if moment]


def _asked_to_wait(outcome: Answer | NoAnswer, now: datetime) -> datetime:
    """Return until when the receiver asks to be left alone (``Retry-After``), six hours at the most."""
    text = outcome.headers.get("retry-after", "").strip() if isinstance(outcome, Answer) else ""
    if text.isdecimal():
        asked = now + timedelta(seconds=min(int(text[:9]), int(LONGEST_RETRY_AFTER.total_seconds())))
    else:
        try:
            asked = parsedate_to_datetime(text)
            asked = asked if asked.tzinfo is not None else now
        except (TypeError, ValueError):
            asked = now
    return min(max(asked, now), now + LONGEST_RETRY_AFTER)
