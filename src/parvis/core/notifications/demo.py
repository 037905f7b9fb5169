"""Preferences of the demo: one who wants the news, one who comes by himself; text messages of a few months."""

from datetime import timedelta

from parvis.core.delivery.models import Spending
from parvis.core.identity.models import Person
from parvis.core.identity.queries import has_entered
from parvis.core.registry.stage import Stage
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.switches import change_settings
from parvis.lib.actor import Actor, Channel

from . import operations
from .models import Preset

WISHES = {"judith": Preset.INFORMED, "kevin": Preset.QUIET}
MONTHS = ((0, 41, 52), (1, 118, 149), (2, 96, 120), (3, 73, 88))  # months ago, messages, parts


def load(stage: Stage) -> None:
    """Set the preferences of the people of one territory, and what its text messages cost."""
    change_settings("notifications", sms_cents=1.1)
    month = stage.now.date().replace(day=1)
    for _ago, messages, parts in MONTHS:
        Spending.objects.get_or_create(channel="sms", month=month, defaults={"messages": messages, "parts": parts})
        month = (month - timedelta(days=1)).replace(day=1)
    for key, preset in WISHES.items():
        with use(scope=Scope.SIGN_IN):
            person = Person.objects.filter(email=f"{key}@example.org").first()
        if person is None or not has_entered(person.pk, stage.territory.pk):
            continue
        desk = Actor.system(stage.territory.pk).on_behalf_of(person.pk, Channel.COUNTER)
        operations.choose_preset(actor=desk, person_id=person.pk, preset=preset, now=stage.now)
