"""At once: a letter is printed once, tries are counted one by one, a double press of any button is one act."""

from django.db import transaction

from parvis.core.cases.tests.test_concurrency import together
from parvis.core.identity.tests.factories import TerritoryFactory, resident_actor, staff_actor
from parvis.core.residency import operations
from parvis.core.residency.models import MOST_TRIES, MOST_USES, Letter, Residency, TaxAccount, TaxTry
from parvis.core.residency.operations import Answer
from parvis.core.residency.operations.taxes import WRONG_A_DAY
from parvis.core.tenancy.context import use
from parvis.core.tenancy.switches import change_settings
from parvis.lib.actor import Actor
from parvis.lib.errors import Conflict, WrongState

from .factories import NOW

PAIR = [("12345", 100)]


def setting():
    """Return a town with its clerk, a resident, and the residency that they have claimed."""
    with transaction.atomic():
        territory = TerritoryFactory()
        with use(territory=territory):
            clerk, resident = staff_actor(territory), resident_actor(territory)
            change_settings("residency", by_tax_account=True)
            operations.keep_roll(actor=Actor.system(territory.pk), pairs=PAIR, now=NOW)
            return territory, clerk, resident, operations.claim_residency(actor=resident, address="1, rue A", now=NOW)


def test_a_button_pressed_many_times_asks_for_one_letter_and_two_clerks_print_it_once(committed_db):
    territory, clerk, resident, row = setting()

    def ask():
        return operations.ask_for_letter(actor=resident, residency=Residency.objects.get(pk=row.pk), now=NOW)

    asked = together(*[(territory, ask)] * 4)
    assert sum(isinstance(one, Letter) for one in asked) == 1, asked
    assert sum(isinstance(one, Conflict) for one in asked) == 3
    printed = together(*[(territory, lambda: operations.print_letters(actor=clerk, now=NOW))] * 3)
    assert sum(isinstance(one, list) for one in printed) == 1, printed
    assert sum(isinstance(one, WrongState) for one in printed) == 2


def test_an_address_said_many_times_is_one_residency(committed_db):
    territory, _clerk, resident, _row = setting()

    def move():
        return operations.claim_residency(actor=resident, address="2, rue B", now=NOW)

    results = together(*[(territory, move)] * 4)
    assert all(isinstance(one, Residency | Conflict | WrongState) for one in results), results
    with transaction.atomic(), use(territory=territory):
        assert Residency.objects.exclude(state="ended").count() == 1


def test_many_guesses_of_a_code_at_once_are_counted_one_by_one(committed_db):
    territory, clerk, resident, row = setting()
    with transaction.atomic(), use(territory=territory):
        operations.ask_for_letter(actor=resident, residency=row, now=NOW)
        operations.print_letters(actor=clerk, now=NOW)

    def guess():
        found = Residency.objects.get(pk=row.pk)
        return operations.try_code(actor=resident, residency=found, code="2222-2222", now=NOW)

    answers = together(*[(territory, guess)] * (MOST_TRIES + 3))
    assert answers.count(Answer.WRONG) == MOST_TRIES - 1, answers
    with transaction.atomic(), use(territory=territory):
        letter = Letter.objects.get()
        assert (letter.tries, letter.spoilt_at) == (MOST_TRIES, NOW)


def test_many_guesses_of_a_bill_at_once_stop_at_the_day_s_last(committed_db):
    territory, _clerk, resident, row = setting()

    def guess():
        found = Residency.objects.get(pk=row.pk)
        return operations.try_tax_account(actor=resident, residency=found, account="9", cents=1, now=NOW)

    answers = together(*[(territory, guess)] * (WRONG_A_DAY + 3))
    assert answers.count(Answer.WRONG) == WRONG_A_DAY, answers
    with transaction.atomic(), use(territory=territory):
        assert TaxTry.objects.count() == WRONG_A_DAY


def test_a_bill_pressed_twice_is_used_once_and_never_by_too_many(committed_db):
    territory, _clerk, resident, row = setting()

    def press(actor, residency):
        return lambda: operations.try_tax_account(
            actor=actor, residency=Residency.objects.get(pk=residency.pk), account="12345", cents=100, now=NOW
        )

    assert together(*[(territory, press(resident, row))] * 3) == [Answer.RIGHT] * 3
    with transaction.atomic(), use(territory=territory):
        assert TaxAccount.objects.get().uses == 1
        others = [resident_actor(territory) for _ in range(MOST_USES)]
        rows = [operations.claim_residency(actor=one, address="1, rue A", now=NOW) for one in others]
    answers = together(*[(territory, press(one, its)) for one, its in zip(others, rows, strict=True)])
    assert answers.count(Answer.RIGHT) == MOST_USES - 1, answers
