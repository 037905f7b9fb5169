"""Staff screens of webhooks, through the door."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from parvis.core.identity.tests.factories import furnish, make_staff, sign_in
from parvis.core.tenancy.context import use
from parvis.core.webhooks import operations
from parvis.core.webhooks.models import Attempt, Delivery, Subscription

from .test_operations import SAID, SubscriptionFactory, delivery

pytestmark = pytest.mark.django_db


def opener(territory, *permissions):
    client = Client(headers={"host": "localhost"})
    furnish(territory)
    sign_in(client, make_staff(territory, *permissions))
    base = f"/en/{territory.slug}/bureau/webhooks/"

    def go(path="", data=None):
        return client.get(base + path) if data is None else client.post(base + path, data)

    return go


@pytest.fixture
def office(territory):
    return opener(territory)


def test_subscribe_see_the_secret_once_and_test(territory, office):
    assert "No machine is told yet" in office().content.decode()
    answer = office("nouveau/", {**SAID, "url": "http://non.example/"})
    assert "begins with https" in answer.content.decode()
    assert 'value="Garage"' in answer.content.decode()
    shown = office("nouveau/", SAID).content.decode()
    secret = re.search(r"whsec_[\w+/=]+", shown).group()
    made = Subscription.objects.get()
    assert secret not in office(f"{made.pk}/").content.decode()
    office(f"{made.pk}/agir/", {"step": "test"})
    [sent] = Delivery.objects.all()
    assert sent.event == "webhooks.test"
    again = re.search(r"whsec_[\w+/=]+", office(f"{made.pk}/secret/", {}).content.decode()).group()
    assert again != secret


def test_the_log_says_what_was_answered_without_believing_it(territory, office):
    made = SubscriptionFactory()
    sent = delivery(made, state="given_up", tries=10, body='{"type":"issues.resolved"}')
    Attempt.objects.create(delivery=sent, status=500, milliseconds=12, answer="<script>alert(1)</script>")
    Attempt.objects.create(delivery=sent, obstacle="timeout", milliseconds=15_000)
    for path in (f"{made.pk}/", f"{made.pk}/{sent.pk}/", f"{made.pk}/?state=given_up"):
        text = office(path).content.decode()
        assert "no answer in time" in text
        assert "<script>alert" not in text
    assert "no answer in time" not in office(f"{made.pk}/?state=delivered").content.decode()
    assert "&lt;script&gt;" in office(f"{made.pk}/{sent.pk}/").content.decode()


def test_one_many_and_all_are_sent_again(territory, office):
    made = SubscriptionFactory()
    sent = [delivery(made, state="delivered", delivered_at=timezone.now()) for _ in range(3)]
    lost = delivery(made, state="given_up")
    office(f"{made.pk}/renvoyer/", {"delivery": [str(sent[0].pk), str(sent[1].pk)]})
    office(f"{made.pk}/renvoyer/", {"all": "1"})
    waiting = set(Delivery.objects.filter(state="waiting"))
    assert waiting == {sent[0], sent[1], lost}
    assert office(f"{made.pk}/renvoyer/", {"delivery": ["pas-un-numero"]}).status_code == 404
    assert office(f"{made.pk}/renvoyer/", {}).status_code == 302


def test_pause_change_and_remove(territory, office):
    made = SubscriptionFactory()
    office(f"{made.pk}/agir/", {"step": "pause"})
    made.refresh_from_db()
    assert made.state == "paused"
    office(f"{made.pk}/changer/", {**SAID, "name": "Autre garage"})
    made.refresh_from_db()
    assert made.name == "Autre garage"
    assert office(f"{made.pk}/agir/", {"step": "nothing"}).status_code == 404
    assert office(f"{made.pk}/agir/", {"step": "remove"}).status_code == 302
    assert not Subscription.objects.exists()


def test_staff_without_the_right_and_next_door_see_nothing(territory, neighbour):
    made = SubscriptionFactory()
    sent = delivery(made)
    paths = [
        ("", None),
        ("nouveau/", None),
        (f"{made.pk}/", None),
        (f"{made.pk}/{sent.pk}/", None),
        (f"{made.pk}/changer/", None),
        (f"{made.pk}/agir/", {"step": "remove"}),
        (f"{made.pk}/secret/", {}),
        (f"{made.pk}/renvoyer/", {"delivery": [str(sent.pk)]}),
    ]
    go = opener(territory, "issues.work")
    assert {go(path, data).status_code for path, data in paths} == {403}
    with use(territory=neighbour):
        there = opener(neighbour)
    assert {there(path, data).status_code for path, data in paths[2:]} == {404}
    assert Subscription.objects.count() == 1


def test_a_stopped_one_says_so(territory, office, clerk):
    made = SubscriptionFactory(state="stopped", failures=10, failing_since=timezone.now())
    text = office(f"{made.pk}/").content.decode()
    assert "Stopped" in text
    assert "Take up again" in text
    assert "Stopped" in office().content.decode()
    operations.resume(actor=clerk, subscription=made, now=timezone.now())
    assert (made.state, made.failures) == ("active", 0)
