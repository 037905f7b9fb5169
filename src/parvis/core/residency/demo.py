"""Residencies of the demo: most are proven; some wait, one for its letter, one's year is almost over, one's is over."""

from datetime import date, datetime, timedelta

from parvis.core.identity.models import Person
from parvis.core.identity.queries import has_entered
from parvis.core.registry.stage import Stage
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.switches import change_settings
from parvis.lib.actor import Actor, Channel
from parvis.lib.fiction.people import make_cast

from . import operations
from .models import Ending, Proof, Residency, ResidencyState

BEGUN = timedelta(days=300)
TO_PRINT, PRINTED = "judith", "yolanda"
ENDS_IN = {"monique": 12, "kevin": -9}
"""Days until the proof ends, of those whom the year's end is near or behind."""
TAKES_BILLS = "val-des-pins"
ROLL = [("4821-07", 234567), ("4822-01", 198040), ("4830-12", 287315)]
KEEPS_KEYS = "ashbourne"
NEIGHBOURS = 60


def load(stage: Stage) -> None:
    """Say where the people of one territory live, and what it keeps for its residents."""
    if stage.municipality is None:
        return
    house = Actor.system(stage.territory.pk)
    if stage.territory.slug == TAKES_BILLS:
        change_settings("residency", by_tax_account=True)
        operations.keep_roll(actor=house, pairs=ROLL, now=stage.now)
    if stage.territory.slug == KEEPS_KEYS:
        change_settings("residency", for_residents=("apikeys.ask",))
    for one in make_cast(stage.region).residents:
        if one.municipality == stage.territory.slug:
            _settle(stage, house, one.key)
    _neighbours(stage)


def _settle(stage: Stage, house: Actor, key: str) -> None:
    with use(scope=Scope.SIGN_IN):
        person = Person.objects.filter(email=f"{key}@example.org").first()
    if person is None or not person.address or not has_entered(person.pk, stage.territory.pk):
        return
    desk, said_at = house.on_behalf_of(person.pk, Channel.COUNTER), stage.now - BEGUN
    if key in {TO_PRINT, PRINTED}:
        said_at = stage.now - timedelta(days=6)
    made = operations.claim_residency(actor=desk, address=person.address, now=said_at, person_id=person.pk)
    if key in {TO_PRINT, PRINTED}:
        operations.ask_for_letter(actor=desk, residency=made, now=said_at + timedelta(days=1))
        if key == PRINTED:
            operations.print_letters(actor=house, now=stage.now - timedelta(days=4))
        return
    operations.prove_at_counter(actor=desk, residency=made, seen=["licence"], now=said_at)
    if key in ENDS_IN:
        Residency.objects.filter(pk=made.pk).update(valid_until=(stage.now + timedelta(days=ENDS_IN[key])).date())


def _neighbours(stage: Stage) -> None:
    """Write down where some of those without an account live, as a town has after its first year."""
    known = Residency.objects.values("person_id")
    others = Person.objects.filter(account=None).exclude(address="").exclude(pk__in=known).order_by("pk")
    rows = [_row(stage, person, number) for number, person in enumerate(others[:NEIGHBOURS])]
    Residency.objects.bulk_create(rows)


def _row(stage: Stage, person: Person, number: int) -> Residency:
    """Return the residency of somebody in a list: one in twelve has moved away, one in ten waits for a proof."""
    said_at = stage.now - timedelta(days=11 * (number % 30) + 3)
    row = Residency(territory=stage.territory, person=person, address=person.address, claimed_at=said_at)
    if number % 12 == 11:
        row.state, row.ended_because = ResidencyState.ENDED, Ending.MOVED
        row.ended_at = stage.now - timedelta(days=2)
    elif number % 10 != 3:
        row.state, row.proof, row.proven_at = ResidencyState.PROVEN, Proof.COUNTER, said_at
        row.valid_until = _a_year_after(said_at)
    return row


def _a_year_after(moment: datetime) -> date:
    return (moment + timedelta(days=365)).date()
