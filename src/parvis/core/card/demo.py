"""Cards of the demo: most residents have one, one on paper too, one was lost; the pool and the library count."""

import random
from datetime import datetime, timedelta
from uuid import UUID

from parvis.core.identity.models import Person
from parvis.core.registry.stage import Stage
from parvis.core.residency.models import Residency
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.lib.actor import Actor, Channel
from parvis.lib.fiction.people import make_cast

from . import operations
from .models import Place

ON_PAPER, LOST, NONE_YET = "monique", "kevin", "oce-anne"
DAYS, LEAST, MOST = 14, 6, 22


def load(stage: Stage) -> None:
    """Give the cast of one territory their cards and count two weeks of entries."""
    if stage.territory.is_regional:
        return
    house, now = Actor.system(stage.territory.pk), stage.now
    for one in make_cast(stage.region).residents:
        if one.municipality != stage.territory.slug or one.key == NONE_YET:
            continue
        with use(scope=Scope.SIGN_IN):
            person = Person.objects.filter(email=f"{one.key}@example.org").first()
        if person is None or not Residency.objects.filter(person=person).exists():
            continue
        _give(house.on_behalf_of(person.pk, Channel.COUNTER), person.pk, one.key, now)
    _places(house, now)


def _give(desk: Actor, person_id: UUID, key: str, now: datetime) -> None:
    card = operations.issue_card(actor=desk, person_id=person_id, now=now - timedelta(days=40))
    if key == LOST:
        card = operations.replace_card(actor=desk, card=card, because="lost", now=now - timedelta(days=1))
    if key == ON_PAPER:
        operations.print_card(actor=desk, card=card, purpose="card.counter", now=now - timedelta(days=30))


def _places(house: Actor, now: datetime) -> None:
    pool = operations.open_place(
        actor=house, name="Piscine municipale", purpose="card.resident", residents_only=False, now=now
    )
    operations.open_place(actor=house, name="Écocentre", purpose="card.resident", residents_only=True, now=now)
    operations.open_place(actor=house, name="Bibliothèque", purpose="card.member", residents_only=False, now=now)
    rng = random.Random(4)
    for back in range(1, DAYS):
        for _ in range(rng.randint(LEAST, MOST)):
            _visit(house, pool, now - timedelta(days=back, minutes=rng.randint(0, 400)), rng)


def _visit(house: Actor, pool: Place, at: datetime, rng: random.Random) -> None:
    operations.count_visit(
        actor=house,
        place=pool,
        key=UUID(int=rng.getrandbits(128)),
        now=at,
        mark=f"{rng.randint(1, 60):016x}",
        resident=rng.random() < 0.8,
    )
