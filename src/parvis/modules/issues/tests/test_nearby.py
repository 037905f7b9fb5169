"""Works near the places that somebody cares about."""

import pytest
from django.utils import timezone

from parvis.core.events.operations import Event
from parvis.core.identity.tests.factories import PersonFactory, resident_actor
from parvis.core.notifications import operations as telling
from parvis.core.notifications.models import Held
from parvis.lib.ids import new_id
from parvis.modules.issues.models import Issue

from .factories import make_issue

pytestmark = pytest.mark.django_db


@pytest.fixture
def planned(territory, resident):
    """Return a report whose work is planned, and the event that says so."""
    issue = make_issue(resident)
    return issue, Event(
        id=new_id(), name="issues.planned", territory_id=territory.pk, subject_type="issues.Issue", subject_id=issue.pk,
        actor_id=None, beneficiary_id=None, channel="web", at=timezone.now(), data={},
    )  # fmt: skip


def informed(territory, **place):
    person = PersonFactory(language="fr")
    given = {"actor": resident_actor(territory, person), "person_id": person.pk, "now": timezone.now()}
    telling.choose_preset(preset="informed", **given)
    if place:
        telling.add_place(**place, **given)
    return person.pk


def test_works_are_told_to_who_named_a_place_near_them(planned, territory):
    issue, event = planned
    near = informed(territory, lat=issue.lat + 0.001, lon=issue.lon, radius=500)
    informed(territory, lat=issue.lat + 0.1, lon=issue.lon, radius=500)
    everywhere = informed(territory)
    PersonFactory()
    telling.tell(event)
    told = Held.objects.filter(topic="issues.nearby").values_list("person_id", flat=True)
    assert set(told) == {near, everywhere}


def test_works_on_a_hidden_report_are_told_to_nobody_else(planned, territory):
    issue, event = planned
    informed(territory)
    Issue.objects.filter(pk=issue.pk).update(is_hidden=True)
    telling.tell(event)
    assert not Held.objects.filter(topic="issues.nearby").exists()


def test_the_reporter_is_told_once(planned, territory, resident):
    _issue, event = planned
    telling.choose_preset(actor=resident, person_id=resident.person_id, preset="informed", now=timezone.now())
    telling.tell(event)
    assert not Held.objects.filter(topic="issues.nearby").exists()
