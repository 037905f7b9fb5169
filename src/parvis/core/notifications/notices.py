"""What people are told of their own addresses."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parvis.core.events.operations import Event
from parvis.core.registry.entries import Notice, Recipient
from parvis.core.registry.topics import Topic

TOPICS = [
    Topic("account", _("My account"), _("My residence, my roles, my addresses"), order=30),
    Topic("work", _("My work for the municipality"), _("What is late, what waits for me"), for_staff=True, order=90),
]


def whose(event: Event) -> Iterable[Recipient]:
    """Yield whose address it is: the dead one is left out, so that another way is found."""
    yield Recipient(person_id=event.subject_id)


def words(event: Event) -> Mapping[str, Any]:
    """Return which of their addresses it is, why, and the page where they mend it."""
    return {
        "channel": event.data.get("channel", "email"),
        "reason": event.data.get("reason", ""),
        "path": reverse("preferences:mine"),
        "label": _("Mend it"),
    }


NOTICES = [
    Notice(
        "notifications.address_failed",
        to="person",
        audience=whose,
        context=words,
        topic="account",
        channels=("inbox", "email", "sms"),
        reason=_("An address of yours does not work any more."),
    )
]
