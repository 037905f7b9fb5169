"""Consents: off until said, each by itself, taken back as easily; said by oneself or to a clerk, and by nobody else."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from parvis.core.identity import operations as people
from parvis.core.identity.tests.factories import PresenceFactory, sign_in, staff_actor
from parvis.core.privacy import operations, queries
from parvis.core.privacy.models import Consent, Forgotten
from parvis.core.registry.checks import problems
from parvis.core.registry.module import Module
from parvis.core.registry.personal import Purpose, PurposeKind
from parvis.core.registry.registry import Registry
from parvis.core.tenancy.context import use
from parvis.core.tenancy.switches import set_switch
from parvis.lib.actor import Actor, Channel
from parvis.lib.errors import NotAllowed, NotFound

from .conftest import NEWS, TRIPS, essai

pytestmark = pytest.mark.django_db
NOW = timezone.now() + timedelta(hours=1)  # after everybody has entered


def say(actor, person, purpose=NEWS, yes=True, at=NOW):
    return operations.set_consent(actor=actor, person_id=person.pk, purpose=purpose, is_given=yes, now=at)


def test_everything_is_off_until_it_is_said(with_module, territory, judith):
    assert all(not row.is_on for row in queries.standing(judith.pk))
    for purpose in (NEWS, TRIPS, "cases.share_contact"):
        assert not queries.consents(judith.pk, purpose)
    assert not queries.consents(None, NEWS)


def test_each_purpose_is_said_by_itself_and_taken_back_as_easily(with_module, territory, judith, me):
    line = say(me, judith)
    assert (line.version, line.channel, line.by) == (1, "web", judith.pk)
    assert queries.consents(judith.pk, NEWS)
    assert not queries.consents(judith.pk, TRIPS)
    assert say(me, judith) is None, "the same word twice is one line"
    say(me, judith, yes=False, at=NOW + timedelta(minutes=1))
    assert not queries.consents(judith.pk, NEWS)
    assert [row.is_given for row in queries.history_of(judith.pk)] == [False, True]


def test_it_counts_in_the_town_where_it_was_said(with_module, territory, neighbour, judith, me):
    PresenceFactory(person=judith, territory=neighbour)
    say(me, judith)
    assert queries.consents(judith.pk, NEWS, territory.pk)
    assert not queries.consents(judith.pk, NEWS, neighbour.pk)


def test_other_words_are_asked_anew(with_module, territory, judith, me):
    say(me, judith)
    with_module(essai(version=2))
    assert not queries.consents(judith.pk, NEWS)
    [row] = [row for row in queries.standing(judith.pk) if row.purpose.name == NEWS]
    assert row.is_old
    assert say(me, judith, at=NOW + timedelta(minutes=1)).version == 2
    assert queries.consents(judith.pk, NEWS)


def test_who_leaves_and_comes_back_is_asked_again(with_module, territory, judith, me):
    say(me, judith)
    people.leave_territory(actor=me, now=NOW + timedelta(minutes=1))
    assert not queries.consents(judith.pk, NEWS)
    people.enter_territory(actor=me, now=NOW + timedelta(minutes=2))
    assert not queries.consents(judith.pk, NEWS)
    assert say(me, judith, at=NOW + timedelta(minutes=3)) is not None
    assert queries.consents(judith.pk, NEWS)


def test_a_module_that_is_switched_off_asks_nobody(with_module, territory, judith, me):
    with_module(essai(switchable=True))
    say(me, judith)
    set_switch(module="essai", is_on=False)
    assert not queries.consents(judith.pk, NEWS)
    assert NEWS not in {row.purpose.name for row in queries.standing(judith.pk)}
    with pytest.raises(NotFound):
        say(me, judith, yes=False)


def test_an_unknown_purpose_is_a_mistake_of_the_module(territory, judith, me):
    with pytest.raises(KeyError):
        queries.consents(judith.pk, "essai.nothing")
    with pytest.raises(NotFound):
        say(me, judith, purpose="essai.nothing")


def test_a_clerk_writes_down_what_is_said_to_them(with_module, territory, judith):
    clerk = staff_actor(territory, "privacy.note")
    line = say(clerk.on_behalf_of(judith.pk, Channel.PHONE), judith)
    assert (line.channel, line.by) == ("phone", clerk.person_id)
    assert queries.consents(judith.pk, NEWS)


def test_nobody_else_says_it_for_me(with_module, territory, neighbour, judith, other_resident, visitor):
    clerk = staff_actor(territory, "privacy.note")
    wrong = [
        other_resident,
        visitor,
        clerk,
        clerk.on_behalf_of(judith.pk, Channel.WEB),
        clerk.on_behalf_of(other_resident.person_id, Channel.COUNTER),
        staff_actor(territory, "privacy.handle").on_behalf_of(judith.pk, Channel.COUNTER),
        staff_actor(neighbour).on_behalf_of(judith.pk, Channel.COUNTER),
        Actor(territory_id=territory.pk, person_id=other_resident.person_id).on_behalf_of(judith.pk, Channel.COUNTER),
    ]
    for actor in wrong:
        with pytest.raises(NotAllowed):
            say(actor, judith)
    assert not Consent.objects.exists()


def test_a_clerk_next_door_reaches_nobody_of_here(with_module, territory, neighbour, judith):
    clerk = staff_actor(neighbour)
    with use(territory=neighbour), pytest.raises(NotAllowed):
        say(clerk.on_behalf_of(judith.pk, Channel.COUNTER), judith)


def test_the_ledger_is_never_rewritten(with_module, territory, judith, me):
    say(me, judith)
    for change in (lambda rows: rows.update(is_given=False), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(Consent.objects.filter(person_id=judith.pk))
    assert queries.consents(judith.pk, NEWS)


def test_the_ledger_of_one_town_is_not_seen_next_door(with_module, territory, neighbour, judith, me):
    say(me, judith)
    with use(territory=neighbour):
        assert not Consent._base_manager.filter(person_id=judith.pk).exists()


def test_erasing_takes_every_yes_back_and_keeps_the_proof(with_module, territory, judith, me, officer):
    say(me, judith)
    kept = operations.erase_person(actor=officer, person_id=judith.pk, now=NOW + timedelta(days=1))
    assert "privacy" in {row["module"] for row in kept}
    assert [row.is_given for row in Consent.objects.filter(person_id=judith.pk)] == [False, True]


def test_a_no_is_remembered_outside_the_database(with_module, territory, judith, me):
    say(me, judith)
    assert not Forgotten.objects.exists()
    say(me, judith, yes=False, at=NOW + timedelta(minutes=1))
    assert Forgotten.objects.get().detail == NEWS


def test_the_page_switches_one_thing_and_says_what_is_not_done(client, with_module, territory, judith):
    sign_in(client, judith)
    page = f"/{territory.slug}/mon-espace/consentements/"
    for language in ("", "/en", "/es"):
        assert client.get(f"{language}{page}").status_code == 200
    body = client.get(f"/en{page}").content.decode()
    assert "Nouvelles du parc" in body
    assert "No service of this town draws a portrait of you." in body
    assert client.post(f"{page}dire/", {"purpose": NEWS, "say": "yes"}).status_code == 302
    assert queries.consents(judith.pk, NEWS)
    assert client.post(f"{page}dire/", {"purpose": NEWS, "say": "no"}).status_code == 302
    assert not queries.consents(judith.pk, NEWS)
    assert client.get("/mon-espace/consentements/").status_code == 200


def test_a_purpose_that_does_not_fit_stops_the_start():
    delicate = Purpose("essai.where", "Où", "Où.", kind=PurposeKind.PROFILING)
    said = list(
        problems(Registry([Module(name="essai", label="E", purposes=[Purpose("autre.x", "x", "x"), delicate])]))
    )
    assert any("autre.x should be named essai.something" in line for line in said)
    assert any("essai.where does not say how it is switched on" in line for line in said)
