"""The one write."""

from django.db import transaction

from parvis.core.events.operations import record
from parvis.lib.actor import Actor
from parvis.lib.errors import require

from . import rules
from .models import Greeting


@transaction.atomic
def say(*, actor: Actor, words: str) -> Greeting:
    """Say it. Raises NotAllowed."""
    require(rules.can_say(actor))
    greeting = Greeting.objects.create(person_id=actor.person_id, words=words)
    record(actor, "greeting.said", greeting)
    return greeting
