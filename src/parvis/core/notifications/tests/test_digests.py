"""What waits for its digest: one calm message, once."""

from datetime import timedelta

import pytest

from parvis.core.delivery.models import Outgoing
from parvis.core.identity.tests.factories import PersonFactory
from parvis.core.notifications import operations
from parvis.core.notifications.models import InboxMessage
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope

from .wishes import NOON, choose, sent

pytestmark = pytest.mark.django_db


# -- the digest --------------------------------------------------------------------------------------------------------


def test_ten_events_make_one_calm_message(told, monique):
    choose(monique, email="daily")
    for _ in range(10):
        told("trial", monique)
    assert sent() == []
    assert not operations.send_digests(now=NOON)
    assert sent() == []
    operations.send_digests(now=NOON + timedelta(days=1))
    [mail] = Outgoing.objects.all()
    assert mail.subject.startswith("10 messages")
    assert mail.text.count("Réparé (fr)") == 10
    assert mail.html.count("Réparé (fr)") == 10
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert InboxMessage.objects.count() == 10


def test_a_digest_that_runs_twice_is_sent_once(told, monique):
    choose(monique, email="daily")
    event = told("trial", monique)
    for _ in range(3):
        operations.send_digests(now=NOON + timedelta(days=1))
    assert Outgoing.objects.count() == 1
    # A task of the mailing that is repeated after the digest has left adds nothing to the next one.
    told("trial", monique, event=event)
    operations.send_digests(now=NOON + timedelta(days=2))
    assert Outgoing.objects.count() == 1


def test_what_comes_after_a_digest_goes_into_the_next(told, monique):
    choose(monique, email="daily")
    told("trial", monique)
    operations.send_digests(now=NOON + timedelta(days=1))
    told("trial", monique, now=NOON + timedelta(days=1))
    operations.send_digests(now=NOON + timedelta(days=2))
    assert Outgoing.objects.count() == 2


def test_a_digest_by_text_message_counts_and_leads_to_the_inbox(told, monique):
    choose(monique, email="never", sms="weekly")
    told("trial", monique)
    told("trial", monique)
    operations.send_digests(now=NOON + timedelta(days=3))
    [text] = Outgoing.objects.all()
    assert text.channel == "sms"
    assert text.text.startswith("2 messages") and "/mon-espace/messages/" in text.text


def test_many_readers_are_taken_some_at_a_time(told, towns_topics, territory):
    for _ in range(3):
        person = PersonFactory()
        choose(person, email="daily")
        told("trial", person)
    assert operations.send_digests(now=NOON + timedelta(days=1), most=2)
    assert not operations.send_digests(now=NOON + timedelta(days=1), most=2)
    assert Outgoing.objects.count() == 3


def test_who_has_left_gets_no_digest_from_the_town(told, monique, territory):
    choose(monique, email="daily")
    told("trial", monique)
    with use(person=monique.pk, scope=Scope.MINE):
        monique.presences.all().delete()
    operations.send_digests(now=NOON + timedelta(days=1))
    assert sent() == []
