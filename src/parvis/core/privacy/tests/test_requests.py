"""Requests about one's data: asked by oneself or a clerk, answered by the officer within the delay, in time."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from parvis.core.delivery.models import Outgoing
from parvis.core.identity.tests.factories import sign_in, staff_actor
from parvis.core.privacy import operations, queries
from parvis.core.privacy.models import DataRequest, RequestKind
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.switches import change_settings
from parvis.lib.actor import Channel
from parvis.lib.errors import Conflict, Invalid, NotAllowed, TooMuch, WrongState

pytestmark = pytest.mark.django_db
NOW = timezone.now()
WORDS = "Mon prénom s'écrit Judith, sans y."


def ask(actor, person, kind=RequestKind.CORRECTION, words=WORDS, **more):
    return operations.ask_request(actor=actor, person_id=person.pk, kind=kind, words=words, now=NOW, **more)


def test_a_correction_is_asked_and_answered_in_time(territory, judith, me, officer):
    asked = ask(me, judith)
    assert asked.due_at == NOW + timedelta(days=30)
    assert not asked.is_late(NOW + timedelta(days=30))
    assert asked.is_late(NOW + timedelta(days=30, seconds=1))
    operations.answer_request(actor=officer, request=asked, answer="C'est corrigé.", now=NOW + timedelta(days=2))
    [seen] = queries.requests_of(judith.pk)
    assert (seen.state, seen.answer) == ("done", "C'est corrigé.")
    with use(scope=Scope.DELIVERY):
        told = Outgoing.objects.get(address=judith.email)
    assert "C'est corrigé." in told.text
    assert told.is_secret


def test_a_town_may_promise_a_shorter_delay_and_never_a_longer_one(territory, judith, me):
    change_settings("privacy", answer_days=20)
    assert ask(me, judith).due_at == NOW + timedelta(days=20)
    change_settings("privacy", answer_days=90)
    assert ask(me, judith).due_at == NOW + timedelta(days=30)


def test_the_work_list_is_by_day_of_answer(territory, judith, me, officer):
    erasure = operations.ask_erasure(actor=me, now=NOW - timedelta(days=29))
    correction = ask(me, judith)
    rows = queries.waiting(NOW + timedelta(days=2))
    assert [(row.id, row.is_late, row.is_erasure) for row in rows] == [
        (erasure.pk, True, True),
        (correction.pk, False, False),
    ]
    assert rows[0].who == "Judith Marchand"
    assert queries.count_waiting(officer) == 2


def test_a_clerk_writes_down_what_is_asked(territory, judith):
    clerk = staff_actor(territory, "privacy.note")
    asked = ask(clerk.on_behalf_of(judith.pk, Channel.MAIL), judith, RequestKind.ACCESS, "")
    assert (asked.channel, asked.noted_by) == ("mail", clerk.person_id)
    erasure = operations.ask_erasure(actor=clerk.on_behalf_of(judith.pk, Channel.COUNTER), person_id=judith.pk, now=NOW)
    assert erasure.person_id == judith.pk
    with pytest.raises(Conflict):
        operations.ask_erasure(actor=clerk.on_behalf_of(judith.pk, Channel.COUNTER), person_id=judith.pk, now=NOW)


def test_nobody_else_asks_for_me(territory, neighbour, judith, other_resident, visitor):
    clerk = staff_actor(territory, "privacy.note")
    for actor in (other_resident, visitor, clerk, staff_actor(neighbour).on_behalf_of(judith.pk, Channel.PHONE)):
        with pytest.raises(NotAllowed):
            ask(actor, judith)
        with pytest.raises(NotAllowed):
            operations.ask_erasure(actor=actor, person_id=judith.pk, now=NOW)
    assert not DataRequest.objects.exists()


def test_only_the_officer_of_the_town_answers(territory, neighbour, judith, me, other_resident):
    asked = ask(me, judith)
    for actor in (other_resident, me, staff_actor(territory, "privacy.note"), staff_actor(neighbour)):
        for answer in (operations.answer_request, operations.refuse_request):
            with pytest.raises(NotAllowed):
                answer(actor=actor, request=asked, answer="Oui", now=NOW)
    with pytest.raises(NotAllowed):
        operations.cancel_request(actor=other_resident, request=asked, now=NOW)
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_the_officer_does_not_answer_their_own_request(territory, officer):
    from parvis.core.identity.models import Person

    person = Person.objects.get(pk=officer.person_id)
    asked = ask(officer, person)
    with pytest.raises(Invalid):
        operations.answer_request(actor=officer, request=asked, answer="Oui", now=NOW)


def test_a_request_is_answered_once_and_with_words(territory, judith, me, officer):
    asked = ask(me, judith)
    with pytest.raises(Invalid):
        operations.refuse_request(actor=officer, request=asked, answer="  ", now=NOW)
    operations.cancel_request(actor=me, request=asked, now=NOW)
    with pytest.raises(WrongState):
        operations.answer_request(actor=officer, request=asked, answer="Oui", now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        DataRequest.objects.filter(pk=asked.pk).update(state="done", answer="")


def test_what_says_nothing_or_comes_in_a_flood_is_refused(territory, judith, me):
    with pytest.raises(Invalid):
        ask(me, judith, words=" ")
    for _ in range(5):
        ask(me, judith)
    with pytest.raises(TooMuch):
        ask(me, judith)


def test_the_town_next_door_sees_nothing_of_it(territory, neighbour, judith, me):
    asked = ask(me, judith)
    with use(territory=neighbour):
        assert queries.waiting(NOW) == []
        assert not DataRequest._base_manager.filter(pk=asked.pk).exists()


def test_requests_are_forgotten_after_five_years(territory, judith, me, officer):
    asked = ask(me, judith)
    operations.answer_request(actor=officer, request=asked, answer="Oui.", now=NOW)
    assert operations.forget_requests(now=NOW + timedelta(days=4 * 365)) == 0
    assert operations.forget_requests(now=NOW + timedelta(days=5 * 365 + 1)) == 1


def test_the_pages_ask_show_and_take_back(client, territory, judith):
    sign_in(client, judith)
    page = f"/{territory.slug}/mon-espace/donnees/"
    refused = client.post(f"{page}demander/", {"kind": "correction", "words": ""})
    assert refused.status_code == 200
    kept = client.post(f"{page}demander/", {"kind": "complaint", "words": WORDS})
    assert kept.status_code == 302
    body = client.get(page).content.decode()
    assert "sans y." in body
    asked = DataRequest.objects.get()
    assert client.post(f"{page}demandes/{asked.pk}/annuler/").status_code == 302
    asked.refresh_from_db()
    assert asked.state == "cancelled"


def test_another_person_finds_no_request_of_mine(client, territory, judith, me, other_resident):
    from parvis.core.identity.models import Person
    from parvis.core.identity.tests.factories import AccountFactory

    asked = ask(me, judith)
    stranger = AccountFactory(person=Person.objects.get(pk=other_resident.person_id)).person
    sign_in(client, stranger)
    page = f"/{territory.slug}/mon-espace/donnees/demandes/{asked.pk}/annuler/"
    assert client.post(page).status_code == 404
