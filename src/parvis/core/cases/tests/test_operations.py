"""Opening, answering, assigning, closing: what each does, and the wrong person who may not."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from parvis.core.cases import operations
from parvis.core.cases.models import Case, CaseEvent, ClockReason, Note
from parvis.core.cases.workflow import State
from parvis.core.identity.tests.factories import PersonFactory, TeamFactory, make_staff, staff_actor
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.lib.actor import Channel
from parvis.lib.errors import Invalid, NotAllowed, WrongState

from .factories import NOW, events_named, make_case

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=3)


@pytest.fixture
def case(territory, resident):
    return make_case(territory, resident)


def test_a_resident_opens_a_case_of_their_own(territory, resident):
    case = make_case(territory, resident)
    assert case.person_id == resident.person_id
    assert case.state == State.RECEIVED
    assert len(case.code) == 9
    assert [event.name for event in case.events.all()] == ["opened"]
    assert events_named("cases.opened")[0].beneficiary_id == resident.person_id


def test_a_resident_cannot_open_one_for_somebody_else(territory, resident, other_resident):
    with pytest.raises(NotAllowed):
        make_case(territory, resident, person=other_resident.person_id)


def test_a_clerk_opens_one_on_behalf_and_it_shows(territory, clerk, resident):
    case = make_case(territory, clerk.on_behalf_of(resident.person_id, Channel.PHONE))
    assert (case.person_id, case.channel) == (resident.person_id, "phone")
    event = case.events.get()
    assert (event.actor_id, event.person_id, event.channel) == (clerk.person_id, resident.person_id, "phone")


def test_a_caller_nobody_knows_is_not_the_clerk(territory, clerk):
    case = make_case(territory, clerk.on_behalf_of(None, Channel.PHONE))
    assert case.person_id is None


def test_a_visitor_leaves_a_contact_that_is_checked(territory):
    case = make_case(territory, contact=operations.Contact("Léa", "lea@example.test", "819 555-0142"))
    assert case.contact_phone == "+18195550142"
    with pytest.raises(Invalid) as refusal:
        make_case(territory, contact=operations.Contact(email="lea@"))
    assert refusal.value.field == "email"


def test_a_case_needs_a_subject(territory, resident):
    with pytest.raises(Invalid):
        make_case(territory, resident, subject="  ")


@pytest.mark.parametrize("who", ["other_resident", "neighbour_clerk", "visitor"])
@pytest.mark.parametrize(
    "act",
    [
        lambda actor, case: operations.start_case(actor=actor, case=case, now=LATER),
        lambda actor, case: operations.assign_case(actor=actor, case=case, now=LATER),
        lambda actor, case: operations.send_message(actor=actor, case=case, text="Bonjour", now=LATER),
        lambda actor, case: operations.add_note(actor=actor, case=case, text="Note", now=LATER),
        lambda actor, case: operations.stop_clock(actor=actor, case=case, reason=ClockReason.PERSON, now=LATER),
        lambda actor, case: operations.resume_clock(actor=actor, case=case, now=LATER),
        lambda actor, case: operations.promise_delay(actor=actor, case=case, days=3, now=LATER),
        lambda actor, case: operations.close_case(actor=actor, case=case, now=LATER),
        lambda actor, case: operations.reopen_case(actor=actor, case=case, now=LATER),
        lambda actor, case: operations.rate_case(actor=actor, case=case, rating=3, now=LATER),
        lambda actor, case: operations.rename_case(actor=actor, case=case, subject="Autre", now=LATER),
        lambda actor, case: operations.move_case(actor=actor, case=case, place="Ailleurs", now=LATER),
        lambda actor, case: operations.merge_cases(actor=actor, case=case, into=make_case(case.territory), now=LATER),
        lambda actor, case: operations.link_cases(actor=actor, case=case, other=make_case(case.territory), now=LATER),
        lambda actor, case: operations.attach_person(actor=actor, case=case, person=PersonFactory(), now=LATER),
        lambda actor, case: operations.hand_over_case(actor=actor, case=case, to=case.territory, reason="", now=LATER),
    ],
)
def test_the_wrong_person_can_do_nothing(case, request, who, act):
    with pytest.raises(NotAllowed):
        act(request.getfixturevalue(who), case)
    case.refresh_from_db()
    assert (case.state, case.events.count()) == (State.RECEIVED, 1)


def test_its_person_cannot_do_what_is_for_staff(case, resident):
    for act in (operations.start_case, operations.close_case):
        with pytest.raises(NotAllowed):
            act(actor=resident, case=case, now=LATER)
    with pytest.raises(NotAllowed):
        operations.add_note(actor=resident, case=case, text="Note", now=LATER)


def test_staff_of_another_district_cannot_work_on_it(territory, case):
    elsewhere = staff_actor(territory, "cases.work", district_id=PersonFactory().pk)
    with pytest.raises(NotAllowed):
        operations.start_case(actor=elsewhere, case=case, now=LATER)


def test_staff_of_another_kind_cannot_work_on_it(territory, case):
    with pytest.raises(NotAllowed):
        operations.start_case(actor=staff_actor(territory, "activities.work"), case=case, now=LATER)
    operations.start_case(actor=staff_actor(territory, "issues.work"), case=case, now=LATER)
    assert case.state == State.OPEN


def test_the_conversation_goes_both_ways(case, clerk, resident):
    operations.send_message(actor=resident, case=case, text="C'est urgent", now=LATER)
    case.refresh_from_db()
    assert case.awaiting_reply_since == LATER
    answer = operations.send_message(actor=clerk, case=case, text="On y va", now=LATER)
    case.refresh_from_db()
    assert case.awaiting_reply_since is None
    assert (answer.from_staff, answer.is_unasked) == (True, False)
    assert case.state == State.OPEN
    assert [event.data["to"] for event in events_named("cases.message_sent")] == ["staff", "person"]


def test_an_event_holds_no_words(case, clerk):
    operations.send_message(actor=clerk, case=case, text="Mot secret", now=LATER)
    operations.add_note(actor=clerk, case=case, text="Mot secret", now=LATER)
    told = [event.data for event in events_named("cases.note_added")]
    assert "secret" not in str(list(CaseEvent.objects.values())) + str(told)


@pytest.mark.parametrize("text", ["", "   ", "a" * 10_001])
def test_a_message_says_something_of_a_bearable_length(case, resident, text):
    with pytest.raises(Invalid) as refusal:
        operations.send_message(actor=resident, case=case, text=text, now=LATER)
    assert refusal.value.field == "text"


def test_asking_stops_the_clock_and_the_answer_resumes_it(case, clerk, resident):
    operations.send_message(actor=clerk, case=case, text="Où exactement ?", now=LATER, asks=True)
    case.refresh_from_db()
    assert (case.state, case.due_at) == (State.WAITING, None)
    operations.send_message(actor=resident, case=case, text="Devant le 12", now=LATER + timedelta(days=3))
    case.refresh_from_db()
    assert case.state == State.OPEN
    assert case.due_at is not None


def test_internal_notes_are_never_the_persons(case, clerk, resident):
    operations.add_note(actor=clerk, case=case, text="Déjà appelé deux fois", now=LATER)
    with use(person=resident.person_id, scope=Scope.MINE):
        assert Case.objects.filter(pk=case.pk).exists()
        assert not Note.objects.exists()


def test_assign_to_a_team_and_a_colleague(territory, case, clerk):
    team, colleague = TeamFactory(), make_staff(territory, "cases.work")
    operations.assign_case(actor=clerk, case=case, now=LATER, team=team, assignee=colleague)
    case.refresh_from_db()
    assert (case.team, case.assignee) == (team, colleague)
    with pytest.raises(Invalid):
        operations.assign_case(actor=clerk, case=case, now=LATER, assignee=PersonFactory())


def test_closing_answers_and_counts_what_was_saved(case, clerk, resident):
    operations.send_message(actor=resident, case=case, text="Et alors ?", now=LATER)
    operations.send_message(actor=clerk, case=case, text="Demain", now=LATER)
    operations.send_message(actor=clerk, case=case, text="C'est commencé", now=LATER)
    operations.close_case(actor=clerk, case=case, now=LATER, text="C'est réparé")
    case.refresh_from_db()
    assert case.closed_at == LATER
    # opened online 1 + one reply online 1 + two pieces of news nobody had to ask for 2
    assert (case.saved_contacts, case.saved_trips) == (4, 0)


def test_closing_twice_is_refused(case, clerk):
    stale = Case.objects.get(pk=case.pk)
    operations.close_case(actor=clerk, case=case, now=LATER)
    with pytest.raises(WrongState):
        operations.close_case(actor=clerk, case=stale, now=LATER)


def test_the_person_reopens_within_the_delay_only(case, clerk, resident):
    operations.close_case(actor=clerk, case=case, now=LATER)
    with pytest.raises(WrongState):
        operations.reopen_case(actor=resident, case=case, now=LATER + timedelta(days=31))
    operations.reopen_case(actor=resident, case=case, now=LATER + timedelta(days=2), text="Le trou est revenu")
    case.refresh_from_db()
    assert (case.state, case.closed_at) == (State.OPEN, None)
    assert case.due_at is not None


def test_only_the_person_rates_and_only_at_the_end(case, clerk, resident):
    with pytest.raises(WrongState):
        operations.rate_case(actor=resident, case=case, rating=3, now=LATER)
    operations.close_case(actor=clerk, case=case, now=LATER)
    with pytest.raises(NotAllowed):
        operations.rate_case(actor=clerk, case=case, rating=3, now=LATER)
    with pytest.raises(Invalid):
        operations.rate_case(actor=resident, case=case, rating=9, now=LATER)
    operations.rate_case(actor=resident, case=case, rating=2, now=LATER)
    case.refresh_from_db()
    assert case.satisfaction == 2


def test_an_unknown_reporter_becomes_known(territory, clerk, resident):
    case = make_case(territory)
    operations.send_message(actor=clerk, case=case, text="Bonjour", now=LATER)
    from parvis.core.identity.models import Person

    operations.attach_person(actor=clerk, case=case, person=Person.objects.get(pk=resident.person_id), now=LATER)
    with use(person=resident.person_id, scope=Scope.MINE):
        assert Case.objects.get().messages.count() == 1


@pytest.mark.parametrize(
    "values",
    [
        {"state": "closed", "closed_at": None},
        {"state": "open", "closed_at": NOW},
        {"state": "merged", "closed_at": NOW},
        {"state": "lost"},
        {"satisfaction": 7},
        {"lat": 95.0, "lon": 0.0},
    ],
)
def test_the_database_refuses_a_case_that_cannot_be(case, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**values)
