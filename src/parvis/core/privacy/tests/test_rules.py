"""Who may read and erase whose data: each rule by who may and by everyone who may not."""

import pytest

from parvis.core.identity.tests.factories import PersonFactory, staff_actor
from parvis.core.privacy import rules
from parvis.core.tenancy.context import use
from parvis.lib.actor import Channel

pytestmark = pytest.mark.django_db


def test_can_handle_is_for_the_privacy_officer_of_the_town(territory, neighbour, resident, visitor, neighbour_clerk):
    officer = staff_actor(territory, "privacy.handle")
    assert rules.can_handle(officer)
    for wrong in (resident, visitor, neighbour_clerk, staff_actor(territory, "identity.see_people")):
        assert not rules.can_handle(wrong)
    with use(territory=neighbour):
        assert not rules.can_handle(officer)


def test_can_export_is_for_oneself_and_for_the_officer_about_who_entered(
    territory, neighbour, resident, other_resident, visitor
):
    officer = staff_actor(territory, "privacy.handle")
    assert rules.can_export(resident, resident.person_id)
    assert rules.can_export(officer, resident.person_id)
    for wrong in (other_resident, visitor, staff_actor(territory, "identity.see_people")):
        assert not rules.can_export(wrong, resident.person_id)
    assert not rules.can_export(officer, PersonFactory(entered=[neighbour]).pk)


def test_can_note_is_for_staff_who_write_down_what_people_say(territory, neighbour, resident, visitor, neighbour_clerk):
    clerk = staff_actor(territory, "privacy.note")
    assert rules.can_note(clerk)
    for wrong in (resident, visitor, neighbour_clerk, staff_actor(territory, "privacy.handle")):
        assert not rules.can_note(wrong)
    with use(territory=neighbour):
        assert not rules.can_note(clerk)


def test_can_speak_for_is_for_oneself_and_for_a_clerk_who_is_told(
    territory, neighbour, resident, other_resident, visitor
):
    clerk, whose = staff_actor(territory, "privacy.note"), resident.person_id
    assert rules.can_speak_for(resident, whose)
    for channel in (Channel.COUNTER, Channel.PHONE, Channel.MAIL):
        assert rules.can_speak_for(clerk.on_behalf_of(whose, channel), whose)
    for wrong in (
        other_resident,
        visitor,
        clerk,
        clerk.on_behalf_of(whose, Channel.WEB),
        clerk.on_behalf_of(other_resident.person_id, Channel.COUNTER),
        staff_actor(neighbour).on_behalf_of(whose, Channel.COUNTER),
    ):
        assert not rules.can_speak_for(wrong, whose)
    elsewhere = PersonFactory(entered=[neighbour]).pk
    assert not rules.can_speak_for(clerk.on_behalf_of(elsewhere, Channel.COUNTER), elsewhere)
    with use(territory=neighbour):
        assert not rules.can_speak_for(resident, whose)
    with use(territory=None):
        assert not rules.can_speak_for(resident, whose)
