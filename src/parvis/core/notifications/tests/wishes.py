"""A town with a topic of each weight, and somebody who chooses: what the tests of preferences share."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from parvis.core.delivery.models import Outgoing
from parvis.core.events.operations import record
from parvis.core.identity.tests.factories import PersonFactory, resident_actor
from parvis.core.notifications import operations
from parvis.core.notifications.mailing import Mailing
from parvis.core.registry import registry as registry_module
from parvis.core.registry.entries import Notice
from parvis.core.registry.module import Module
from parvis.core.registry.registry import Registry
from parvis.core.registry.topics import Topic, Weight
from parvis.core.tasks.operations import Priority

ZONE = ZoneInfo("America/Toronto")
NOON = datetime(2026, 6, 3, 16, 0, tzinfo=UTC)  # a Wednesday, noon in the town
NIGHT = datetime(2026, 6, 4, 3, 0, tzinfo=UTC)  # eleven in the evening
ALL = ("email", "inbox", "sms")
PLACE = (46.0, -71.95)


@pytest.fixture
def towns_topics(house, audience, monkeypatch, settings):
    """A module with a topic of each weight; every channel is open."""
    memory = "parvis.core.delivery.tests.providers.Memory"
    settings.DELIVERY_ADAPTERS = dict.fromkeys(["email", "sms", "push", "letter"], memory)

    def notice(topic, **more):
        event = "trial.other" if topic == "trial" else "trial.done"
        given = {"audience": audience, "context": audience.words, "template": "trial/notices/done", **more}
        return Notice(event, to=topic, topic=topic, **given)

    topics = [
        Topic("trial", "My things"),
        Topic("trial.news", "News", weight=Weight.NEWS, has_places=True),
        Topic("trial.alarm", "Alarms", weight=Weight.EMERGENCY, has_places=True),
    ]
    notices = [notice("trial"), notice("trial.news", place=lambda event: PLACE), notice("trial.alarm")]
    module = Module(name="trial", label="Trial", emits=["trial.done", "trial.other"], topics=topics, notices=notices)
    others = [one for one in house.modules if one.name != "trial"]
    monkeypatch.setattr(registry_module, "_registry", Registry([*others, module]))
    return {one.topic: one for one in notices}


@pytest.fixture
def told(towns_topics, audience, territory, clerk):
    """Tell somebody something of a topic at a moment; return the event."""

    def tell(topic, person, *, now=NOON, actor=clerk, event=None):
        audience.readers = []
        audience.add(person)
        notice = towns_topics[topic]
        event = event or record(actor, notice.event, territory, now=now)
        Mailing("trial", notice, event, Priority.NOW, now=now).send(list(audience(event)))
        return event

    return tell


@pytest.fixture
def monique(territory):
    return PersonFactory(
        name="Monique Roy",
        email="monique@example.test",
        phone="+18195550142",
        address="12, rue Principale",
        language="fr",
    )


def sent():
    return sorted(Outgoing.objects.values_list("channel", flat=True))


def choose(person, **rhythms):
    """`email="daily"` chooses for the topic «trial», `news_email` for the news."""
    keys = {
        ("trial.news" if name.startswith("news_") else "trial", name.removeprefix("news_")): rhythm
        for name, rhythm in rhythms.items()
    }
    actor = resident_actor_of(person)
    operations.choose_each(actor=actor, person_id=person.pk, rhythms=keys, now=NOON)


def resident_actor_of(person):
    from parvis.core.tenancy.here import territory_here

    return resident_actor(territory_here(), person)
