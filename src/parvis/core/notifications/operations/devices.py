"""A person's devices: the browsers that show our messages."""

import base64
import binascii
from datetime import datetime
from uuid import UUID

from django.db import transaction

from parvis.core.delivery.channels.push.channel import check_endpoint
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, NotFound, gettext_noop, require

from .. import rules
from ..models import PushDevice

MOST_DEVICES, LONGEST = 10, 2000
POINT_BYTES, SECRET_BYTES = 65, 16  # an uncompressed point of P-256, and the secret of RFC 8291


@transaction.atomic
def add_device(*, actor: Actor, endpoint: str, p256dh: str, auth: str, name: str = "", now: datetime) -> PushDevice:
    """Show messages on this browser from now on. Raises NotAllowed, Invalid.

    A browser that two people share shows the messages of the one who said so last: the endpoint is a secret that only
    this browser knows, so whoever tells it sits before it.
    """
    require(rules.can_choose_for(actor, actor.person_id))
    check_endpoint(endpoint)
    if len(endpoint) > LONGEST or _size(p256dh) != POINT_BYTES or _size(auth) != SECRET_BYTES:
        raise Invalid(gettext_noop("This device cannot receive messages."))
    with use(scope=Scope.SIGN_IN):
        PushDevice.objects.filter(endpoint=endpoint).delete()
    with use(person=actor.person_id, scope=Scope.MINE):
        mine = PushDevice.objects.filter(person_id=actor.person_id).order_by("-created_at")
        for old in mine[MOST_DEVICES - 1 :]:
            old.delete()
        return PushDevice.objects.create(
            person_id=actor.person_id, endpoint=endpoint, p256dh=p256dh, auth=auth, name=name[:120], created_at=now
        )


def _size(text: str) -> int:
    """Return how many bytes stand in a text of RFC 4648, 5; -1 when it is none."""
    try:
        return len(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error):
        return -1


@transaction.atomic
def remove_device(*, actor: Actor, person_id: UUID, device_id: UUID) -> None:
    """Show no more messages on a device. Raises NotAllowed, NotFound."""
    require(rules.can_choose_for(actor, person_id))
    with use(person=person_id, scope=Scope.MINE):
        count, _ = PushDevice.objects.filter(pk=device_id, person_id=person_id).delete()
    if not count:
        raise NotFound


@transaction.atomic
def forget_device(*, endpoint: str) -> None:
    """Forget a device whose push service says that it is gone. Safe to repeat."""
    with use(territory=None, person=None, scope=Scope.SIGN_IN):
        PushDevice.objects.filter(endpoint=endpoint).delete()
