"""The news of the town, for whoever asked for it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from parvis.core.content import notices
from parvis.core.content.models import NewsIndex, NewsPage
from parvis.core.content.queries import root_of
from parvis.core.events.operations import Event
from parvis.core.identity.tests.factories import PersonFactory, furnish, resident_actor
from parvis.core.notifications import operations
from parvis.core.notifications.models import Held, InboxMessage
from parvis.lib.actor import Actor
from parvis.lib.ids import new_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(territory):
    """Publish a piece of news; return the event that says so, `late` after it was first published."""
    furnish(territory)
    index = NewsIndex.objects.child_of(root_of(territory.pk)).get()

    def publish(late=timedelta(0)):
        now = timezone.now()
        page = NewsPage(title="Le pont rouvre", intro="Dès lundi.", slug=f"p{new_id().hex}")
        index.add_child(instance=page)
        NewsPage.objects.filter(pk=page.pk).update(first_published_at=now - late, live=True)
        actor = Actor.system(territory.pk)
        given = {"subject_type": "", "subject_id": None, "actor_id": None, "beneficiary_id": None, "channel": "web"}
        return Event(
            id=new_id(), name="content.published", territory_id=actor.territory_id, at=now,
            data={"page": page.pk}, **given,
        )  # fmt: skip

    return publish


def informed(territory):
    person = PersonFactory(language="fr")
    operations.choose_preset(
        actor=resident_actor(territory, person), person_id=person.pk, preset="informed", now=timezone.now()
    )
    return person


def test_news_waits_for_the_digest_of_who_asked_and_comes_to_nobody_else(published, territory):
    reader = informed(territory)
    PersonFactory()
    operations.tell(published())
    [held] = Held.objects.all()
    assert (held.person_id, held.topic, held.subject, held.text) == (
        reader.pk, "content.news", "Le pont rouvre", "Dès lundi.",
    )  # fmt: skip
    assert InboxMessage.objects.get().person_id == reader.pk


def test_a_page_published_again_is_no_news(published, territory):
    informed(territory)
    assert not list(notices.readers(published(late=timedelta(days=2))))
