"""What staff are told when a machine outside has not answered for days."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parvis.core.events.operations import Event
from parvis.core.identity.queries import holders_of
from parvis.core.registry.entries import Notice, Recipient

from .models import Subscription


def staff(event: Event) -> Iterable[Recipient]:
    """Yield who may look after webhooks."""
    yield from (Recipient(person_id=person_id) for person_id in holders_of("webhooks.manage", event.at))


def words(event: Event) -> Mapping[str, Any]:
    """Return the subscription and its screen."""
    subscription = Subscription.objects.get(pk=event.subject_id)
    return {
        "subscription": subscription,
        "waiting": subscription.deliveries.filter(state="waiting").count(),
        "path": reverse("webhooks_bureau:subscription", args=[subscription.pk]),
        "label": _("Open its log"),
    }


NOTICES = [
    Notice("webhooks.stopped", "staff", staff, words, topic="work", reason=_("You look after webhooks in this town.")),
]
