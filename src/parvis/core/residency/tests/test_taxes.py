"""A proof by the tax bill: what is compared, what is kept, how often one may guess."""

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from parvis.core.geo.importers.reading import BadLines, Unreadable
from parvis.core.residency import operations, queries, taxes
from parvis.core.residency.commands import tax_accounts
from parvis.core.residency.models import MOST_USES, Residency, TaxAccount, TaxTry
from parvis.core.residency.operations import Answer
from parvis.core.residency.operations.taxes import WRONG_A_DAY, WRONG_HERE_A_DAY
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import change_settings
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, NotAllowed, WrongState
from parvis.lib.ids import new_id

from .factories import NOW, ResidencyFactory

PAIR = ("12345", 234567)


@pytest.mark.parametrize("text", ["2 345,67 $", "$2,345.67", "2345.67", "2345,67", " 2 345,67$", "2.345,67"])
def test_an_amount_is_read_however_it_is_written(text: str) -> None:
    assert taxes.cents_of(text) == 234567


@pytest.mark.parametrize(("text", "cents"), [("1,234", 123400), ("12.5", 1250), ("0", 0), ("1 234 567,8", 123456780)])
def test_three_digits_after_a_comma_are_thousands(text: str, cents: int) -> None:
    assert taxes.cents_of(text) == cents


@pytest.mark.parametrize("text", ["", "abc", "-5", "1,2,3", "9" * 12, "١٢"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(taxes.Unreadable):
        taxes.cents_of(text)


@given(st.text(max_size=40))
def test_any_text_is_a_number_an_amount_or_refused(text: str) -> None:
    for read in (taxes.account_of, taxes.cents_of):
        try:
            read(text)
        except taxes.Unreadable:
            continue


def test_an_account_number_is_compared_without_its_dashes() -> None:
    assert taxes.account_of(" 12-345 ab ") == "12345AB"


@pytest.fixture
def roll(territory: Territory) -> None:
    """A town that takes tax bills, with one account."""
    change_settings("residency", by_tax_account=True)
    operations.keep_roll(actor=Actor.system(territory.pk), pairs=[PAIR], now=NOW)


def typed(who: Actor, row: Residency, pair: tuple[str, int] = PAIR, now=NOW) -> Answer:
    return operations.try_tax_account(actor=who, residency=row, account=pair[0], cents=pair[1], now=now)


@pytest.mark.django_db
def test_the_pair_of_the_bill_proves_and_is_not_kept(resident: Actor, roll: None) -> None:
    row = ResidencyFactory(person_id=resident.person_id)
    assert typed(resident, row, ("12345", 234568)) is Answer.WRONG
    assert typed(resident, row) is Answer.RIGHT
    assert typed(resident, row) is Answer.RIGHT, "sent twice"
    row.refresh_from_db()
    assert (row.state, row.proof) == ("proven", "tax")
    kept = TaxAccount.objects.get()
    assert kept.uses == 1
    assert "12345" not in str(kept.__dict__)


@pytest.mark.django_db
def test_one_types_ones_own_bill_for_oneself(resident: Actor, other_resident: Actor, clerk: Actor, roll: None) -> None:
    row = ResidencyFactory(person_id=resident.person_id)
    for wrong in (other_resident, clerk):
        with pytest.raises(NotAllowed):
            typed(wrong, row)


@pytest.mark.django_db
def test_five_guesses_a_day_and_then_not_even_the_right_one(resident: Actor, other_resident: Actor, roll: None) -> None:
    row = ResidencyFactory(person_id=resident.person_id)
    answers = [typed(resident, row, ("12345", cents)) for cents in range(WRONG_A_DAY)]
    assert answers == [Answer.WRONG] * WRONG_A_DAY
    assert typed(resident, row) is Answer.TOO_OFTEN
    assert typed(other_resident, ResidencyFactory(person_id=other_resident.person_id)) is Answer.RIGHT
    assert typed(resident, row, now=NOW + timedelta(days=2)) is Answer.RIGHT


@pytest.mark.django_db
def test_who_guesses_with_many_accounts_is_stopped_as_well(resident: Actor, roll: None) -> None:
    guess = {"territory_id": resident.territory_id, "tried_at": NOW}
    TaxTry.objects.bulk_create(TaxTry(person_id=new_id(), **guess) for _ in range(WRONG_HERE_A_DAY))
    assert typed(resident, ResidencyFactory(person_id=resident.person_id)) is Answer.TOO_OFTEN
    assert operations.forget_tries(now=NOW + timedelta(days=31)) == WRONG_HERE_A_DAY


@pytest.mark.django_db
def test_one_bill_proves_a_household_and_not_a_street(roll: None, territory: Territory) -> None:
    for _ in range(MOST_USES):
        row = ResidencyFactory()
        assert typed(Actor(territory_id=territory.pk, person_id=row.person_id), row) is Answer.RIGHT
    row = ResidencyFactory()
    assert typed(Actor(territory_id=territory.pk, person_id=row.person_id), row) is Answer.WRONG
    with pytest.raises(IntegrityError), transaction.atomic():
        TaxAccount.objects.update(uses=MOST_USES + 1)


@pytest.mark.django_db
def test_the_same_bill_next_door_proves_nothing(resident: Actor, roll: None, neighbour: Territory) -> None:
    with use(territory=neighbour):
        change_settings("residency", by_tax_account=True)
        row = ResidencyFactory(person_id=resident.person_id)
        assert typed(resident, row) is Answer.WRONG


@pytest.mark.django_db
def test_a_town_that_takes_no_bills_says_so_and_what_ended_stays_ended(resident: Actor, roll: None) -> None:
    row = ResidencyFactory(person_id=resident.person_id)
    operations.end_residency(actor=resident, residency=row, because="mistake", now=NOW)
    with pytest.raises(WrongState):
        typed(resident, row)
    change_settings("residency", by_tax_account=False)
    with pytest.raises(Invalid):
        typed(resident, ResidencyFactory(person_id=resident.person_id))


@pytest.mark.django_db
def test_a_new_roll_takes_the_place_of_the_old_and_remembers_what_was_used(
    resident: Actor, clerk: Actor, roll: None, territory: Territory
) -> None:
    typed(resident, ResidencyFactory(person_id=resident.person_id))
    house = Actor.system(territory.pk)
    assert operations.keep_roll(actor=house, pairs=[PAIR, ("777", 100), ("777", 100)], now=NOW) == 2
    assert sorted(TaxAccount.objects.values_list("uses", flat=True)) == [0, 1]
    with pytest.raises(NotAllowed):
        operations.keep_roll(actor=clerk, pairs=[], now=NOW)


@pytest.mark.django_db
def test_a_roll_comes_as_a_file_whole_or_not_at_all(territory: Territory, tmp_path: Path) -> None:
    file = tmp_path / "roll.csv"
    file.write_text("No compte;Montant\n12-345;2 345,67 $\n;;\n678;x\n", encoding="cp1252")
    refused = CliRunner().invoke(tax_accounts, [territory.slug, str(file)])
    assert isinstance(refused.exception, BadLines)
    assert [line.line for line in refused.exception.lines] == [4]
    assert "678" not in str(refused.exception)
    assert not TaxAccount.objects.exists()
    file.write_text("No compte;Montant\n12-345;2 345,67 $\n", encoding="utf-8")
    done = CliRunner().invoke(tax_accounts, [territory.slug, str(file)])
    assert done.exit_code == 0, done.exception
    assert TaxAccount.objects.get().pair_hash == queries.hash_of_pair(*PAIR)
    file.write_text("Fiche,Dû\n1,2\n", encoding="utf-8")
    unknown = CliRunner().invoke(tax_accounts, [territory.slug, str(file)])
    assert isinstance(unknown.exception, Unreadable)
    chosen = [territory.slug, str(file), "--column", "account=Fiche", "--column", "amount=Dû"]
    assert isinstance(CliRunner().invoke(tax_accounts, chosen).exception, BadLines), "a number of one sign is none"
