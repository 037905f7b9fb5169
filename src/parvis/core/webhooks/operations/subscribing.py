"""Subscriptions: made, changed, paused, taken up again, removed; their secrets."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from parvis.core.events.operations import record
from parvis.core.identity import sealing
from parvis.core.tasks.operations import defer
from parvis.core.tenancy.context import use
from parvis.core.tenancy.memo import forget
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, WrongState, gettext_noop, require
from parvis.lib.outbound import NoAnswer, Obstacle, check_url

from .. import rules, signing
from ..models import Subscription
from ..queries import events_offered
from ..workflow import State, sources_of

OVERLAP = timedelta(days=2)  # how long the secret before a rotation still signs
LONGEST_URL = 500


@transaction.atomic
def subscribe(*, actor: Actor, name: str, url: str, events: Sequence[str], now: datetime) -> tuple[Subscription, str]:
    """Subscribe an address to events; return the subscription and its secret, told this once.

    Raises NotAllowed, Invalid.
    """
    require(rules.can_manage_webhooks(actor))
    secret = signing.new_secret()
    made = Subscription(
        **_checked(name, url, events), sealed_secret=sealing.seal(secret), created_at=now, made_by=actor.person_id
    )
    made.save(force_insert=True)
    forget()
    record(actor, "webhooks.subscribed", made, now=now, events=made.events)
    return made, secret


def _checked(name: str, url: str, events: Sequence[str]) -> dict[str, object]:
    if not name.strip():
        raise Invalid(gettext_noop("Give it a name, so that staff know whose machine it is."), field="name")
    try:
        parsed = check_url(url.strip(), allowed=settings.OUTBOUND_NETWORKS)
    except NoAnswer as refused:
        if refused.obstacle is Obstacle.FORBIDDEN:
            raise Invalid(
                gettext_noop("This address lies in a private network; the instance does not call there."), field="url"
            ) from None
        raise Invalid(gettext_noop("Write a whole address that begins with https://."), field="url") from None
    if len(str(parsed)) > LONGEST_URL:
        raise Invalid(gettext_noop("This address is too long."), field="url")
    if not events or not set(events) <= {entry.event for _, told in events_offered() for entry in told}:
        raise Invalid(gettext_noop("Choose what the machine is told."), field="events")
    return {"name": name.strip()[:80], "url": str(parsed), "events": sorted(set(events))}


@transaction.atomic
def change_subscription(
    *, actor: Actor, subscription: Subscription, name: str, url: str, events: Sequence[str], now: datetime
) -> Subscription:
    """Change where it leads and what it is told; what waits goes to the new address. Raises NotAllowed, Invalid."""
    require(rules.can_manage_webhooks(actor))
    for field, value in _checked(name, url, events).items():
        setattr(subscription, field, value)
    subscription.save(update_fields=["name", "url", "events"])
    forget()
    record(actor, "webhooks.changed", subscription, now=now, events=subscription.events)
    return subscription


@transaction.atomic
def pause(*, actor: Actor, subscription: Subscription, now: datetime) -> None:
    """Stop sending; messages go on being written, and wait. Raises NotAllowed, WrongState."""
    require(rules.can_manage_webhooks(actor))
    _step(subscription, State.PAUSED)
    record(actor, "webhooks.paused", subscription, now=now)


@transaction.atomic
def resume(*, actor: Actor, subscription: Subscription, now: datetime) -> None:
    """Send again, what waited first. Raises NotAllowed, WrongState."""
    from ..tasks import pump_lock, send

    require(rules.can_manage_webhooks(actor))
    _step(subscription, State.ACTIVE, failures=0, failing_since=None, rests_until=None)
    subscription.deliveries.filter(state="waiting").update(next_at=now, queued_at=now, tries=0)
    defer(send, lock=pump_lock(subscription.pk), subscription=str(subscription.pk))
    record(actor, "webhooks.resumed", subscription, now=now)


def _step(subscription: Subscription, target: State, **changes: object) -> None:
    standing = Subscription.objects.filter(pk=subscription.pk, state__in=sources_of(target))
    if not standing.update(state=target.value, **changes):
        raise WrongState()
    subscription.refresh_from_db()


@transaction.atomic
def rotate_secret(*, actor: Actor, subscription: Subscription, now: datetime) -> str:
    """Make a new secret and return it, told this once; the one before signs too for two days. Raises NotAllowed."""
    require(rules.can_manage_webhooks(actor))
    secret = signing.new_secret()
    standing = Subscription.objects.select_for_update().get(pk=subscription.pk)
    standing.sealed_previous, standing.previous_until = standing.sealed_secret, now + OVERLAP
    standing.sealed_secret = sealing.seal(secret)
    standing.save(update_fields=["sealed_secret", "sealed_previous", "previous_until"])
    subscription.refresh_from_db()
    record(actor, "webhooks.rotated", subscription, now=now)
    return secret


@transaction.atomic
def remove_subscription(*, actor: Actor, subscription: Subscription, now: datetime) -> None:
    """Remove a subscription with its log; what waits is not sent. Raises NotAllowed."""
    require(rules.can_manage_webhooks(actor))
    record(actor, "webhooks.removed", subscription, now=now)
    subscription.delete()
    forget()


def reseal_secrets() -> int:
    """Seal the secrets of every territory with the key in use; return how many. Raises Unreadable."""
    count = 0
    for territory in Territory.objects.all():
        with transaction.atomic(), use(territory=territory):
            for row in Subscription.objects.select_for_update():
                row.sealed_secret = sealing.reseal(row.sealed_secret)
                row.sealed_previous = sealing.reseal(row.sealed_previous) if row.sealed_previous else ""
                row.save(update_fields=["sealed_secret", "sealed_previous"])
                count += 1
    return count
