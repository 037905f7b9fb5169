"""Residencies of the demo: most are proven, one waits, one ends soon, one letter is to be printed."""

from datetime import timedelta

from parvis.core.identity.models import Person
from parvis.core.identity.queries import has_entered
from parvis.core.registry.stage import Stage
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.lib.actor import Actor, Channel
from parvis.lib.fiction.people import make_cast

from . import operations
from .models import Residency

NOT_YET = ("judith", "nadia")
SOON = "monique"


def load(stage: Stage) -> None:
    """Say where the people of one territory live."""
    house, now = Actor.system(stage.territory.pk), stage.now
    for one in make_cast(stage.region).residents:
        if one.municipality != stage.territory.slug:
            continue
        with use(scope=Scope.SIGN_IN):
            person = Person.objects.filter(email=f"{one.key}@example.org").first()
        if person is None or not person.address or not has_entered(person.pk, stage.territory.pk):
            continue
        desk = house.on_behalf_of(person.pk, Channel.COUNTER)
        begun = now - timedelta(days=300)
        made = operations.claim_residency(actor=desk, address=person.address, now=begun, person_id=person.pk)
        if one.key in NOT_YET:
            operations.ask_for_letter(actor=desk, residency=made, now=now - timedelta(days=2))
            continue
        operations.prove_at_counter(actor=desk, residency=made, seen=["licence"], now=begun)
        if one.key == SOON:
            Residency.objects.filter(pk=made.pk).update(valid_until=(now + timedelta(days=12)).date())
