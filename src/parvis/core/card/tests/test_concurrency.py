"""At once: one card, one key, one entry; a card that ends while it is printed leaves no code that holds."""

import threading
from collections.abc import Callable
from uuid import uuid4

from django.db import connection, transaction

from parvis.core.card import operations
from parvis.core.card.codes import Code
from parvis.core.card.models import Card, Revocation, SigningKey, Visit
from parvis.core.card.token import Claim
from parvis.core.identity.tests.factories import TerritoryFactory, resident_actor, staff_actor
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import WrongState

from .cards import NOW


def together(territory: Territory, *acts: Callable[[], object]) -> list[object]:
    """Run each act in its own thread and transaction, all starting at once; return what each returned or raised."""
    gate, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number: int, act: Callable[[], object]) -> None:
        try:
            gate.wait(10)
            with transaction.atomic(), use(territory=territory):
                results[number] = act()
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def setting() -> tuple[Territory, Actor, Actor]:
    with transaction.atomic():
        territory = TerritoryFactory()
        with use(territory=territory):
            return territory, staff_actor(territory), resident_actor(territory)


def test_two_presses_make_one_card_and_one_key(committed_db) -> None:
    territory, _, resident = setting()
    made = together(territory, *[lambda: operations.issue_card(actor=resident, now=NOW)] * 4)
    assert all(isinstance(one, Card) for one in made), made
    with transaction.atomic(), use(territory=territory):
        assert (Card.objects.count(), SigningKey.objects.count()) == (1, 1)


def test_an_entry_sent_by_the_page_and_by_the_worker_counts_once(committed_db) -> None:
    territory, clerk, _ = setting()
    with transaction.atomic(), use(territory=territory):
        pool = operations.open_place(
            actor=clerk, name="Piscine", purpose="card.resident", residents_only=False, now=NOW
        )  # fmt: skip
    key = uuid4()
    counted = together(
        territory, *[lambda: operations.count_visit(actor=clerk, place=pool, key=key, now=NOW)] * 4
    )  # fmt: skip
    assert all(isinstance(one, Visit) for one in counted), counted
    with transaction.atomic(), use(territory=territory):
        assert Visit.objects.count() == 1


def test_what_is_printed_while_a_card_ends_does_not_hold(committed_db) -> None:
    territory, clerk, resident = setting()
    for _ in range(4):
        with transaction.atomic(), use(territory=territory):
            card = operations.issue_card(actor=resident, now=NOW)

        def print_it(card: Card = card) -> Code:
            return operations.print_card(actor=resident, card=card, purpose="card.member", now=NOW)

        def end_it(card: Card = card) -> Card:
            mine = Card.objects.get(pk=card.pk)
            return operations.end_card(actor=clerk, card=mine, because="unwanted", now=NOW)

        printed, ended = together(territory, print_it, end_it)
        assert isinstance(ended, Card), ended
        assert isinstance(printed, Code | WrongState), printed
        if isinstance(printed, Code):
            code_id = bytes(printed.claims[Claim.CODE_ID]).hex()  # type: ignore[call-overload]  # bytes
            with transaction.atomic(), use(territory=territory):
                assert Revocation.objects.filter(code_id=code_id).exists()
