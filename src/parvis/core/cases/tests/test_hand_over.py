"""A case goes to another body and comes back; each end keeps its own rows."""

from datetime import timedelta

import pytest

from parvis.core.cases import operations, queries
from parvis.core.cases.models import Case, HandOver, Side
from parvis.core.cases.workflow import HandOverState, State
from parvis.core.identity.models import Person
from parvis.core.identity.tests.factories import OrganisationFactory, PresenceFactory, staff_actor
from parvis.core.tenancy.context import use
from parvis.lib.errors import Conflict, Invalid, NotAllowed, WrongState

from .factories import NOW, make_case, run_queue

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def case(territory, resident):
    return make_case(territory, resident, place="12 rue du Moulin", lat=45.8, lon=-72.0)


@pytest.fixture
def sent(case, clerk, region):
    operations.add_note(actor=clerk, case=case, text="Route de la MRC, je crois", now=LATER)
    operations.send_message(actor=clerk, case=case, text="Nous transmettons", now=LATER)
    row = operations.hand_over_case(actor=clerk, case=case, to=region, reason="Chemin régional", now=LATER)
    run_queue()
    row.refresh_from_db()
    return row


def received_at(region):
    return HandOver.objects.select_related("case").get(territory=region, side=Side.RECEIVED)


def test_the_receiver_finds_a_linked_case_with_a_frozen_copy(territory, region, case, sent):
    with use(territory=region):
        there = received_at(region)
        assert (there.other_code, there.reason, there.body) == (case.code, "Chemin régional", territory)
        assert there.case.subject == case.subject
        assert there.case.channel == "partner"
        assert [line["text"] for line in there.frozen["messages"]] == ["Nous transmettons"]
        assert "je crois" not in str(there.frozen), "internal notes never leave"
        code = there.case.code
    assert (sent.other_code, sent.other_state, sent.state) == (code, "received", HandOverState.OFFERED)
    case.refresh_from_db()
    assert (case.state, case.due_at) == (State.WAITING, None)


def test_without_the_persons_agreement_nobody_there_knows_who_it_is(region, resident, sent):
    with use(territory=region):
        there = received_at(region)
        assert (there.case.person_id, there.case.contact_name, there.case.contact_email) == (None, "", "")
        assert "contact" not in there.frozen


def test_with_agreement_the_receiver_can_reach_the_person(territory, region, clerk, resident):
    case = make_case(territory, resident)
    operations.hand_over_case(actor=clerk, case=case, to=region, reason="", now=LATER, shares_contact=True)
    run_queue()
    name = Person.objects.get(pk=resident.person_id).name
    with use(territory=region):
        there = received_at(region).case
        assert (there.person_id, there.contact_name) == (None, name), "the person has not entered the region's portal"


def test_a_person_who_entered_there_is_attached(territory, region, clerk, resident):
    PresenceFactory(person_id=resident.person_id, territory=region)
    case = make_case(territory, resident)
    operations.hand_over_case(actor=clerk, case=case, to=region, reason="", now=LATER, shares_contact=True)
    run_queue()
    with use(territory=region):
        assert received_at(region).case.person_id == resident.person_id


def test_accepted_then_done_is_seen_by_the_sender(region, case, sent):
    theirs = staff_actor(region)
    with use(territory=region):
        there = received_at(region)
        operations.accept_hand_over(actor=theirs, hand_over=there, now=LATER)
    run_queue()
    sent.refresh_from_db()
    assert sent.state == HandOverState.ACCEPTED
    with use(territory=region):
        operations.start_case(actor=theirs, case=there.case, now=LATER)
        operations.close_case(actor=theirs, case=there.case, now=LATER, text="Réparé par la MRC")
    run_queue()
    sent.refresh_from_db()
    case.refresh_from_db()
    assert (sent.state, sent.other_state, case.state) == (HandOverState.DONE, "closed", State.OPEN)
    assert sent.answer["messages"][-1]["text"] == "Réparé par la MRC"
    assert case.due_at is not None, "the clock goes on at home"


def test_a_refusal_brings_it_home_with_the_reason(region, case, sent):
    with use(territory=region):
        there = received_at(region)
        operations.refuse_hand_over(
            actor=staff_actor(region), hand_over=there, now=LATER, text="Ce chemin est municipal"
        )
        assert Case.objects.get().state == State.CLOSED
    run_queue()
    sent.refresh_from_db()
    case.refresh_from_db()
    assert (sent.state, sent.answer["text"], case.state) == ("refused", "Ce chemin est municipal", State.OPEN)


def test_the_sender_takes_back_what_nobody_took_on(territory, region, clerk, case, sent):
    operations.withdraw_hand_over(actor=clerk, hand_over=sent, now=LATER)
    case.refresh_from_db()
    assert (sent.state, case.state) == (HandOverState.WITHDRAWN, State.OPEN)
    run_queue()
    with use(territory=region):
        there = received_at(region)
        assert (there.state, there.case.state, there.ended_at) == (HandOverState.WITHDRAWN, State.CLOSED, LATER)
        assert not queries.received_waiting().exists()
    assert operations.hand_over_case(actor=clerk, case=case, to=region, reason="Si, enfin", now=LATER).pk != sent.pk
    with pytest.raises(WrongState):
        operations.withdraw_hand_over(actor=clerk, hand_over=sent, now=LATER)


def test_what_was_taken_on_is_not_taken_back(region, clerk, case, sent):
    with use(territory=region):
        there = received_at(region)
        operations.accept_hand_over(actor=staff_actor(region), hand_over=there, now=LATER)
    run_queue()
    sent.refresh_from_db()
    with pytest.raises(WrongState):
        operations.withdraw_hand_over(actor=clerk, hand_over=sent, now=LATER)
    case.refresh_from_db()
    assert case.state == State.WAITING


def test_taken_back_before_it_left_nothing_arrives(region, clerk, case):
    row = operations.hand_over_case(actor=clerk, case=case, to=region, reason="", now=LATER)
    operations.withdraw_hand_over(actor=clerk, hand_over=row, now=LATER)
    run_queue()
    with use(territory=region):
        assert not HandOver.objects.filter(territory=region).exists()
        assert not Case.objects.filter(territory=region).exists()


def test_taken_on_and_taken_back_at_once_both_ends_agree(region, clerk, case, sent):
    with use(territory=region):
        operations.accept_hand_over(actor=staff_actor(region), hand_over=received_at(region), now=LATER)
    operations.withdraw_hand_over(actor=clerk, hand_over=sent, now=LATER)
    run_queue()
    sent.refresh_from_db()
    with use(territory=region):
        assert received_at(region).state == sent.state == HandOverState.WITHDRAWN


def test_what_was_done_there_comes_back(region, case, sent):
    theirs = staff_actor(region)
    with use(territory=region):
        there = received_at(region)
        operations.accept_hand_over(actor=theirs, hand_over=there, now=LATER)
        operations.send_message(actor=theirs, case=there.case, text="Inspecté", now=LATER)
        operations.return_hand_over(actor=theirs, hand_over=there, now=LATER, text="À vous le reste")
    run_queue()
    sent.refresh_from_db()
    assert (sent.state, sent.answer["messages"][-1]["text"]) == ("returned", "Inspecté")


def test_delivery_twice_opens_one_case(region, sent):
    from parvis.core.cases.operations.hand_over import parcel_of

    with use(territory=region):
        operations.receive_hand_over(parcel=parcel_of_in(sent, parcel_of), receiver=region, now=LATER)
        assert Case.objects.count() == 1


def parcel_of_in(sent, parcel_of):
    with use(territory=sent.territory_id):
        return parcel_of(HandOver.objects.select_related("case").get(pk=sent.pk))


def test_only_one_hand_over_at_a_time_and_never_to_oneself(territory, neighbour, clerk, case, sent):
    with pytest.raises(Conflict):
        operations.hand_over_case(actor=clerk, case=case, to=neighbour, reason="", now=LATER)
    with pytest.raises(Invalid):
        operations.hand_over_case(actor=clerk, case=make_case(territory), to=territory, reason="", now=LATER)


def test_the_sender_cannot_accept_for_the_receiver(clerk, sent):
    with pytest.raises(WrongState):
        operations.accept_hand_over(actor=clerk, hand_over=sent, now=LATER)


@pytest.mark.parametrize("act", ["accept_hand_over", "refuse_hand_over", "return_hand_over", "withdraw_hand_over"])
def test_the_wrong_person_cannot_decide(region, clerk, sent, act):
    with use(territory=region):
        there = received_at(region)
        with pytest.raises(NotAllowed):
            getattr(operations, act)(actor=clerk, hand_over=there, now=LATER)
        there.refresh_from_db()
        assert there.state == HandOverState.OFFERED


def test_to_a_contractor_of_ones_own(territory, clerk, case):
    contractor = OrganisationFactory(status="admitted", decided_at=NOW)
    row = operations.hand_over_case(actor=clerk, case=case, to=contractor, reason="", now=LATER)
    operations.accept_hand_over(actor=clerk, hand_over=row, now=LATER)
    operations.return_hand_over(actor=clerk, hand_over=row, now=LATER, text="Réparé")
    case.refresh_from_db()
    assert (row.state, case.state) == (HandOverState.RETURNED, State.OPEN)
    with pytest.raises(Invalid):
        operations.hand_over_case(actor=clerk, case=case, to=OrganisationFactory(), reason="", now=LATER)


def test_the_receivers_list_of_what_waits(region, case, sent):
    with use(territory=region):
        assert [row.other_code for row in queries.received_waiting()] == [case.code]
