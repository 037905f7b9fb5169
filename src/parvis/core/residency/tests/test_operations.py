"""Where people live: said, proven, renewed, lapsed, ended; and whoever may not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from parvis.core.audit.models import Entry
from parvis.core.events.operations import Event
from parvis.core.identity.actors import level_of
from parvis.core.identity.models import Person
from parvis.core.identity.operations import leave_territory
from parvis.core.identity.tests.factories import PersonFactory, TerritoryFactory, staff_actor
from parvis.core.residency import notices, operations, queries
from parvis.core.residency.models import MOST_TRIES, Letter, Residency
from parvis.core.residency.operations import Answer
from parvis.core.residency.operations.claiming import MOST_A_YEAR
from parvis.core.residency.workflow import STEPS, State, sources_of
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import change_settings
from parvis.lib.actor import Actor
from parvis.lib.errors import Conflict, Invalid, NotAllowed, TooMuch, WrongState

from .factories import NOW, ProvenFactory, ResidencyFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def claimed(resident: Actor, address: str = "47, rue Principale") -> Residency:
    return operations.claim_residency(actor=resident, address=address, now=NOW)


def proven(resident: Actor, clerk: Actor) -> Residency:
    return operations.prove_at_counter(actor=clerk, residency=claimed(resident), seen=["lease"], now=NOW)


def level(actor: Actor, territory: Territory, now=NOW) -> int:
    return level_of(Person.objects.get(pk=actor.person_id), territory.pk, now=now)


def test_a_claim_proves_nothing_and_documents_at_the_counter_do(
    resident: Actor, clerk: Actor, territory: Territory
) -> None:
    row = claimed(resident)
    assert (row.state, row.valid_until, level(resident, territory)) == ("claimed", None, 0)
    with pytest.raises(Invalid):
        operations.prove_at_counter(actor=clerk, residency=row, seen=[], now=NOW)
    with pytest.raises(Invalid):
        operations.prove_at_counter(actor=clerk, residency=row, seen=["a smile"], now=NOW)
    row = operations.prove_at_counter(actor=clerk, residency=row, seen=["lease"], now=NOW)
    assert (row.state, row.proof, row.valid_until) == ("proven", "counter", date(2027, 6, 1))
    assert level(resident, territory) == 3


def test_a_resident_here_is_a_guest_next_door(
    resident: Actor, clerk: Actor, territory: Territory, neighbour: Territory
) -> None:
    proven(resident, clerk)
    assert level(resident, territory) == 3
    assert level(resident, neighbour) == 0


def test_nobody_proves_their_own_and_nobody_without_the_right(
    resident: Actor, other_resident: Actor, clerk: Actor
) -> None:
    row = claimed(resident)
    for wrong in (resident, other_resident, replace(clerk, person_id=resident.person_id)):
        with pytest.raises(NotAllowed):
            operations.prove_at_counter(actor=wrong, residency=row, seen=["lease"], now=NOW)
    assert Residency.objects.get(pk=row.pk).state == "claimed"


def test_the_neighbours_clerk_proves_nothing_here(resident: Actor, neighbour_clerk: Actor) -> None:
    with pytest.raises(NotAllowed):
        operations.prove_at_counter(actor=neighbour_clerk, residency=claimed(resident), seen=["lease"], now=NOW)


def test_somebody_else_does_not_say_where_i_live(resident: Actor, other_resident: Actor) -> None:
    with pytest.raises(NotAllowed):
        operations.claim_residency(actor=other_resident, address="1, rue A", now=NOW, person_id=resident.person_id)
    row = claimed(resident)
    for act in (operations.renew_residency, operations.ask_for_letter):
        with pytest.raises(NotAllowed):
            act(actor=other_resident, residency=row, now=NOW)
    with pytest.raises(NotAllowed):
        operations.end_residency(actor=other_resident, residency=row, because="moved", now=NOW)
    with pytest.raises(NotAllowed):
        operations.try_code(actor=other_resident, residency=row, code="K7M2-PX4R", now=NOW)


def test_nobody_lives_in_a_regional_body(region: Territory) -> None:
    with use(territory=region):
        person = PersonFactory(entered=[region])
        with pytest.raises(NotAllowed):
            operations.claim_residency(
                actor=Actor(territory_id=region.pk, person_id=person.pk, level=1), address="1, rue A", now=NOW
            )


def test_the_same_address_again_changes_nothing_and_another_one_must_be_proven(resident: Actor, clerk: Actor) -> None:
    row = proven(resident, clerk)
    assert claimed(resident).pk == row.pk
    moved = claimed(resident, "12, rang 8")
    row.refresh_from_db()
    assert (row.state, row.ended_because, moved.state) == ("ended", "moved", "claimed")
    assert queries.current(resident.person_id) == moved


def test_one_residency_at_a_time_is_the_databases_to_say(resident: Actor) -> None:
    claimed(resident)
    with pytest.raises(IntegrityError), transaction.atomic():
        ResidencyFactory(person_id=resident.person_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        ResidencyFactory(state="proven")
    with pytest.raises(IntegrityError), transaction.atomic():
        ResidencyFactory(state="ended")


def test_rights_move_and_history_stays(
    resident: Actor, clerk: Actor, territory: Territory, neighbour: Territory
) -> None:
    row = proven(resident, clerk)
    there = operations.move_residency(actor=resident, residency=row, to=neighbour, address="5, rue Neuve", now=NOW)
    row.refresh_from_db()
    assert (row.state, row.moved_to_id, there.territory_id, there.state) == (
        "ended", neighbour.pk, neighbour.pk, "claimed"
    )  # fmt: skip
    assert level(resident, territory) == 0
    with use(person=resident.person_id):
        assert [one.pk for one in queries.everywhere(resident.person_id)] == [there.pk, row.pk]


def test_the_year_a_reminder_the_grace_and_the_end(resident: Actor, clerk: Actor, territory: Territory) -> None:
    row = proven(resident, clerk)
    with pytest.raises(WrongState):
        operations.renew_residency(actor=resident, residency=row, now=NOW)
    soon = NOW + timedelta(days=340)
    assert [operations.remind_before_end(now=soon) for _ in range(2)] == [1, 0]
    row = operations.renew_residency(actor=resident, residency=row, now=soon)
    assert row.valid_until == date(2028, 6, 1)
    with pytest.raises(WrongState):
        operations.renew_residency(actor=resident, residency=row, now=soon)
    grace, after = NOW + timedelta(days=730 + 20), NOW + timedelta(days=731 + 40)
    assert level(resident, territory, grace) == 3
    assert operations.lapse_old(now=grace) == 0
    assert level(resident, territory, after) == 0
    assert [operations.lapse_old(now=after) for _ in range(2)] == [1, 0]
    row.refresh_from_db()
    assert (row.state, row.proof, row.valid_until) == ("claimed", "", None)
    with pytest.raises(WrongState):
        operations.renew_residency(actor=resident, residency=row, now=after)


def printed(clerk: Actor, now=NOW) -> str:
    [letter] = operations.print_letters(actor=clerk, now=now)
    return letter.code


def test_a_letter_proves_an_address_once(resident: Actor, clerk: Actor, territory: Territory) -> None:
    row = claimed(resident)
    assert operations.try_code(actor=resident, residency=row, code="K7M2-PX4R", now=NOW) is Answer.NO_LETTER
    operations.ask_for_letter(actor=resident, residency=row, now=NOW)
    with pytest.raises(Conflict):
        operations.ask_for_letter(actor=resident, residency=row, now=NOW)
    assert operations.try_code(actor=resident, residency=row, code="K7M2-PX4R", now=NOW) is Answer.NO_LETTER
    code = printed(clerk)
    kept = Letter.objects.get()
    assert code.replace("-", "") not in str(kept.__dict__)
    with pytest.raises(WrongState):
        operations.print_letters(actor=clerk, now=NOW)
    assert operations.try_code(actor=resident, residency=row, code="K7M2-PX4", now=NOW) is Answer.WRONG
    typed = f" {code.lower().replace('-', ' ')} "
    assert operations.try_code(actor=resident, residency=row, code=typed, now=NOW + DAY) is Answer.RIGHT
    row.refresh_from_db()
    assert (row.state, row.proof, level(resident, territory)) == ("proven", "letter", 3)
    later = NOW + DAY
    assert operations.try_code(actor=resident, residency=row, code=code, now=later) is Answer.RIGHT, "sent twice"
    assert operations.try_code(actor=resident, residency=row, code="2222-2222", now=later) is Answer.NO_LETTER
    assert Entry.objects.filter(name="residency.proven").count() == 1


def test_five_wrong_codes_spoil_a_letter(resident: Actor, clerk: Actor) -> None:
    row = claimed(resident)
    operations.ask_for_letter(actor=resident, residency=row, now=NOW)
    code = printed(clerk)
    answers = [operations.try_code(actor=resident, residency=row, code="2222-2222", now=NOW) for _ in range(MOST_TRIES)]
    assert answers == [Answer.WRONG] * (MOST_TRIES - 1) + [Answer.TOO_OFTEN]
    assert operations.try_code(actor=resident, residency=row, code=code, now=NOW) is Answer.NO_LETTER


def test_a_code_grows_too_old_and_three_letters_a_year_are_enough(resident: Actor, clerk: Actor) -> None:
    row, now = claimed(resident), NOW
    for _ in range(3):
        operations.ask_for_letter(actor=resident, residency=row, now=now)
        code, now = printed(clerk, now), now + timedelta(days=31)
        assert operations.try_code(actor=resident, residency=row, code=code, now=now) is Answer.NO_LETTER
    with pytest.raises(TooMuch):
        operations.ask_for_letter(actor=resident, residency=row, now=now)


def test_whoever_moves_spoils_the_letter_to_the_old_address(resident: Actor, clerk: Actor) -> None:
    row = claimed(resident)
    operations.ask_for_letter(actor=resident, residency=row, now=NOW)
    code = printed(clerk)
    moved = claimed(resident, "12, rang 8")
    assert operations.try_code(actor=resident, residency=moved, code=code, now=NOW) is Answer.NO_LETTER


def test_a_town_that_sends_no_letters_says_so(resident: Actor) -> None:
    change_settings("residency", by_letter=False)
    with pytest.raises(Invalid):
        operations.ask_for_letter(actor=resident, residency=claimed(resident), now=NOW)


def test_letters_are_printed_by_who_may(resident: Actor, neighbour_clerk: Actor) -> None:
    operations.ask_for_letter(actor=resident, residency=claimed(resident), now=NOW)
    for wrong in (resident, neighbour_clerk):
        with pytest.raises(NotAllowed):
            operations.print_letters(actor=wrong, now=NOW)


def test_one_persons_letter_opens_nobody_elses_door(resident: Actor, other_resident: Actor, clerk: Actor) -> None:
    operations.ask_for_letter(actor=resident, residency=claimed(resident), now=NOW)
    code = printed(clerk)
    theirs = claimed(other_resident, "12, rang 8")
    operations.ask_for_letter(actor=other_resident, residency=theirs, now=NOW)
    printed(clerk)
    assert operations.try_code(actor=other_resident, residency=theirs, code=code, now=NOW) is Answer.WRONG


def test_erasing_takes_the_address_and_leaves_the_dates(resident: Actor, clerk: Actor) -> None:
    row = proven(resident, clerk)
    operations.forget_residencies(person_id=resident.person_id, now=NOW)
    row.refresh_from_db()
    assert (row.address, row.state, row.ended_because) == ("", "ended", "erased")


@settings(max_examples=60)
@given(steps=st.lists(st.sampled_from(list(State)), max_size=8))
def test_no_way_leads_out_of_the_end(steps: list[State]) -> None:
    state = State.CLAIMED
    for step in steps:
        if state in sources_of(step):
            state = step
        elif state is State.ENDED:
            assert not STEPS[state]
    assert state in State


def test_another_town_cannot_hold_what_is_not_its_own(resident: Actor, neighbour: Territory) -> None:
    row = claimed(resident)
    with use(territory=neighbour):
        assert queries.current(resident.person_id) is None
        with pytest.raises(IntegrityError), transaction.atomic():
            Letter._base_manager.create(
                territory=TerritoryFactory._meta.model.objects.get(pk=neighbour.pk),
                residency_id=row.pk,
                person_id=row.person_id,
                address="x",
            )
            with transaction.get_connection().cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_nobody_prints_the_letter_that_proves_their_own_address(clerk: Actor, territory: Territory) -> None:
    colleague = staff_actor(territory)
    operations.ask_for_letter(actor=clerk, residency=claimed(clerk), now=NOW)
    assert queries.count_letters(clerk) == 0
    with pytest.raises(WrongState):
        operations.print_letters(actor=clerk, now=NOW)
    assert len(operations.print_letters(actor=colleague, now=NOW)) == 1


def test_staff_say_nothing_of_people_whom_the_town_does_not_see(clerk: Actor, neighbour: Territory) -> None:
    stranger = PersonFactory(entered=[neighbour])
    with pytest.raises(NotAllowed):
        operations.claim_residency(actor=clerk, address="1, rue A", now=NOW, person_id=stranger.pk)


def test_six_addresses_a_year_are_enough(resident: Actor, clerk: Actor) -> None:
    for number in range(MOST_A_YEAR):
        claimed(resident, f"{number + 1}, rang 8")
    with pytest.raises(TooMuch):
        claimed(resident, "99, rang 8")
    operations.claim_residency(actor=clerk, address="99, rang 8", now=NOW, person_id=resident.person_id)
    assert queries.current(resident.person_id).address == "99, rang 8"


def test_who_withdraws_from_the_town_no_longer_lives_there_for_it(resident: Actor, clerk: Actor) -> None:
    row = proven(resident, clerk)
    assert not operations.end_unseen(person_id=resident.person_id, now=NOW), "still seen"
    leave_territory(actor=resident, now=NOW)
    assert [operations.end_unseen(person_id=resident.person_id, now=NOW) for _ in range(2)] == [True, False]
    row.refresh_from_db()
    assert (row.ended_because, queries.trust_of(resident.person_id, NOW)) == ("withdrawn", 0)
    ended = Event.of(Entry.objects.get(name="residency.ended"))
    assert not list(notices.person(ended)), "who wanted to be left alone is not written to"


def test_nobody_writes_to_the_dead(resident: Actor, clerk: Actor) -> None:
    operations.end_residency(actor=clerk, residency=proven(resident, clerk), because="death", now=NOW)
    assert not list(notices.person(Event.of(Entry.objects.get(name="residency.ended"))))


def test_who_has_no_proof_has_no_level_of_one(territory: Territory) -> None:
    row = ProvenFactory()
    assert queries.trust_of(row.person_id, NOW) == 3
    assert queries.trust_of(PersonFactory().pk, NOW) == 0
