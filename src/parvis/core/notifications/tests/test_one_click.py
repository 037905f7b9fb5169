"""One click stops a kind of message, from the message itself (RFC 8058)."""

import pytest

from parvis.core.delivery.models import Outgoing
from parvis.core.notifications import operations
from parvis.core.notifications.models import Choice, Held, InboxMessage
from parvis.core.notifications.unsubscribing import ALL_DIGESTS, Way, token_of, way_of
from parvis.lib.errors import NotFound
from parvis.lib.ids import new_id

from .wishes import NOON, choose, sent

pytestmark = pytest.mark.django_db


# -- one click ---------------------------------------------------------------------------------------------------------


def test_every_mail_to_a_person_can_be_stopped_with_one_click(told, monique, territory):
    told("trial", monique)
    headers = Outgoing.objects.get().headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = headers["List-Unsubscribe"].strip("<>")
    assert link.startswith(f"http://localhost:8000/{territory.slug}/desabonner/")
    assert way_of(link.rstrip("/").rpartition("/")[2]) == Way(monique.pk, "trial", "email")


def test_stopping_twice_and_taking_it_back(told, monique):
    way = Way(monique.pk, "trial")
    for _ in range(2):
        operations.unsubscribe(way, now=NOON)
    told("trial", monique)
    assert sent() == []
    assert InboxMessage.objects.count() == 1
    operations.undo_unsubscribe(way, now=NOON)
    told("trial", monique)
    assert sent() == ["email"]


def test_stopping_a_digest_stops_every_topic_by_mail(told, monique):
    choose(monique, email="daily", news_email="weekly")
    operations.unsubscribe(Way(monique.pk, ALL_DIGESTS), now=NOON)
    told("trial", monique)
    told("trial.news", monique)
    assert not Held.objects.exists()


@pytest.mark.parametrize("spoil", [lambda t: t[:-1], lambda t: "x" + t, lambda t: "", lambda t: t.replace(".", "")])
def test_a_changed_link_opens_nothing(monique, spoil):
    with pytest.raises(NotFound):
        way_of(spoil(token_of(Way(monique.pk, "trial"))))


def test_somebody_erased_is_not_brought_back_by_a_link(territory):
    operations.unsubscribe(Way(new_id(), "cases"), now=NOON)
    assert not Choice.objects.exists()
