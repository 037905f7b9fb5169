"""What a person chooses, and what then reaches them."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from parvis.core.audit.models import Entry
from parvis.core.delivery.models import Outgoing
from parvis.core.events.operations import record
from parvis.core.geo.models import District
from parvis.core.identity.tests.factories import PersonFactory, resident_actor, staff_actor
from parvis.core.notifications import operations, queries, rules, timing
from parvis.core.notifications.mailing import Mailing
from parvis.core.notifications.models import Choice, Held, InboxMessage, InterestPlace, Preference
from parvis.core.notifications.preferences import standing_of
from parvis.core.notifications.unsubscribing import ALL_DIGESTS, Way, token_of, way_of
from parvis.core.registry import registry as registry_module
from parvis.core.registry.entries import Notice
from parvis.core.registry.module import Module
from parvis.core.registry.registry import Registry
from parvis.core.registry.topics import Topic, Weight
from parvis.core.tasks.operations import Priority
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.lib.errors import Invalid, NotAllowed, NotFound
from parvis.lib.ids import new_id

pytestmark = pytest.mark.django_db
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


# -- presets -----------------------------------------------------------------------------------------------------------


def test_who_chose_nothing_is_told_calmly(told, monique):
    told("trial", monique)
    told("trial.news", monique)
    assert sent() == ["email"]
    assert InboxMessage.objects.count() == 1
    assert not Held.objects.exists()


def test_who_wants_to_be_informed_gets_the_news_gathered(told, monique):
    operations.choose_preset(actor=resident_actor_of(monique), person_id=monique.pk, preset="informed", now=NOON)
    told("trial.news", monique)
    assert sent() == []
    [held] = Held.objects.all()
    assert (held.channel, held.rhythm, held.subject) == ("email", "daily", "Réparé (fr)")
    assert held.due_at == datetime(2026, 6, 4, 11, 0, tzinfo=UTC)  # seven the next morning, in the town


def test_who_comes_by_herself_is_sent_nothing(told, monique):
    operations.choose_preset(actor=resident_actor_of(monique), person_id=monique.pk, preset="quiet", now=NOON)
    told("trial", monique)
    assert sent() == []
    assert InboxMessage.objects.count() == 1


def test_each_topic_by_each_channel(told, monique):
    choose(monique, email="never", sms="now", letter="now", inbox="never")
    told("trial", monique)
    assert sent() == ["letter", "sms"]
    assert not InboxMessage.objects.exists()
    letter = Outgoing.objects.get(channel="letter")
    assert letter.address.splitlines()[:2] == ["Monique Roy", "12, rue Principale"]


def test_a_preset_forgets_what_was_chosen_in_detail(told, monique):
    choose(monique, email="never")
    operations.choose_preset(actor=resident_actor_of(monique), person_id=monique.pk, preset="calm", now=NOON)
    told("trial", monique)
    assert sent() == ["email"]


def test_what_is_chosen_like_the_preset_is_not_kept(monique, towns_topics):
    choose(monique, email="daily")
    choose(monique, email="now")
    with use(person=monique.pk, scope=Scope.MINE):
        assert not Choice.objects.exists()


# -- emergencies, quiet hours ------------------------------------------------------------------------------------------


def test_an_emergency_comes_by_everything_at_any_hour_and_says_so(told, monique):
    operations.choose_preset(actor=resident_actor_of(monique), person_id=monique.pk, preset="quiet", now=NOON)
    told("trial.alarm", monique, now=NIGHT)
    assert sent() == ["email", "letter", "sms"]
    assert all(row.next_attempt_at == NIGHT for row in Outgoing.objects.all())
    said = [Outgoing.objects.get(channel="sms").text, Outgoing.objects.get(channel="email").text]
    assert all("urgence" in text or "emergency" in text for text in [*said, InboxMessage.objects.get().text])
    assert "List-Unsubscribe" not in Outgoing.objects.get(channel="email").headers


def test_nobody_can_choose_an_emergency_away(told, monique):
    rhythms = {("trial.alarm", "sms"): "never"}
    operations.choose_each(actor=resident_actor_of(monique), person_id=monique.pk, rhythms=rhythms, now=NOON)
    told("trial.alarm", monique)
    assert "sms" in sent()


def test_nothing_rings_at_night_but_mail_may_come(told, monique):
    choose(monique, sms="now")
    told("trial", monique, now=NIGHT)
    waits = dict(Outgoing.objects.values_list("channel", "next_attempt_at"))
    assert waits == {"email": NIGHT, "sms": datetime(2026, 6, 4, 11, 0, tzinfo=UTC)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT scheduled_at FROM procrastinate_jobs WHERE args->>'channel' = 'sms'")
        assert cursor.fetchall() == [(waits["sms"],)]


def test_the_answer_to_what_one_just_did_does_not_wait(told, monique):
    choose(monique, sms="now")
    told("trial", monique, now=NIGHT, actor=resident_actor_of(monique))
    assert Outgoing.objects.get(channel="sms").next_attempt_at == NIGHT


def test_quiet_hours_are_ones_own_choice(told, monique):
    mine = {"actor": resident_actor_of(monique), "person_id": monique.pk, "now": NOON}
    operations.choose_quiet(begin=None, end=None, **mine)
    choose(monique, sms="now")
    told("trial", monique, now=NIGHT)
    assert Outgoing.objects.get(channel="sms").next_attempt_at == NIGHT
    for begin, end in ((time(21), None), (time(7), time(7))):
        with pytest.raises(Invalid):
            operations.choose_quiet(begin=begin, end=end, **mine)


@pytest.mark.parametrize(
    ("moment", "begin", "end", "over"),
    [
        (NIGHT, time(21), time(7), datetime(2026, 6, 4, 11, 0, tzinfo=UTC)),
        (datetime(2026, 6, 4, 10, 59, tzinfo=UTC), time(21), time(7), datetime(2026, 6, 4, 11, 0, tzinfo=UTC)),
        (datetime(2026, 6, 4, 11, 0, tzinfo=UTC), time(21), time(7), None),
        (NOON, time(11), time(13), datetime(2026, 6, 3, 17, 0, tzinfo=UTC)),
        (NOON, time(13), time(14), None),
    ],
)
def test_the_end_of_quiet_hours(moment, begin, end, over):
    assert timing.after_quiet(moment, zone=ZONE, begin=begin, end=end) == over


@pytest.mark.parametrize(
    ("moment", "rhythm", "due"),
    [
        (NOON, "daily", datetime(2026, 6, 4, 11, 0, tzinfo=UTC)),
        (datetime(2026, 6, 3, 10, 59, tzinfo=UTC), "daily", datetime(2026, 6, 3, 11, 0, tzinfo=UTC)),
        (datetime(2026, 6, 3, 11, 0, tzinfo=UTC), "daily", datetime(2026, 6, 4, 11, 0, tzinfo=UTC)),
        (NOON, "weekly", datetime(2026, 6, 5, 11, 0, tzinfo=UTC)),
        (datetime(2026, 6, 5, 12, 0, tzinfo=UTC), "weekly", datetime(2026, 6, 12, 11, 0, tzinfo=UTC)),
        # The clocks go back on the first of November 2026: seven in the morning is an hour later in UTC.
        (datetime(2026, 10, 31, 12, 0, tzinfo=UTC), "daily", datetime(2026, 11, 1, 12, 0, tzinfo=UTC)),
    ],
)
def test_the_hour_of_the_digest_is_the_towns(moment, rhythm, due):
    assert timing.next_digest(moment, rhythm, zone=ZONE, hour=7, weekday=4) == due


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


# -- places ------------------------------------------------------------------------------------------------------------


def around(person, lat, lon, radius=1000):
    actor = resident_actor_of(person)
    return operations.add_place(actor=actor, person_id=person.pk, lat=lat, lon=lon, radius=radius, now=NOON)


def test_news_of_a_place_comes_to_who_cares_about_it(told, monique):
    choose(monique, news_email="now")
    told("trial.news", monique)
    assert len(sent()) == 1  # no place named: the whole town
    far = around(monique, 46.1, -71.95)
    told("trial.news", monique)
    assert len(sent()) == 1
    around(monique, 46.005, -71.95)
    told("trial.news", monique)
    assert len(sent()) == 2
    assert far.label == "46.1000, -71.9500"


def test_an_emergency_asks_for_no_place(told, monique):
    around(monique, 46.1, -71.95)
    told("trial.alarm", monique)
    assert "email" in sent()


def test_a_district_is_a_place(told, monique, territory):
    west, south, east, north = -72.0, 45.9, -71.9, 46.1
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    district = District.objects.create(
        code="1", name="Du Moulin", polygon={"type": "Polygon", "coordinates": [ring]},
        west=west, south=south, east=east, north=north, territory=territory,
    )  # fmt: skip
    place = operations.add_place(
        actor=resident_actor_of(monique), person_id=monique.pk, district_id=district.pk, now=NOON
    )
    assert place.label == "Du Moulin"
    assert queries.holds(place, PLACE, {district.pk})
    assert not queries.holds(place, PLACE, set())
    with pytest.raises(Invalid):
        operations.add_place(actor=resident_actor_of(monique), person_id=monique.pk, district_id=new_id(), now=NOON)


def test_a_place_is_a_district_or_a_point_says_the_database(monique, territory):
    with pytest.raises(IntegrityError), transaction.atomic():
        InterestPlace.objects.create(territory=territory, person=monique, label="x", lat=46.0)


def test_ten_places_are_enough(monique, towns_topics):
    for step in range(10):
        around(monique, 46.0 + step / 100, -71.95)
    with pytest.raises(Invalid):
        around(monique, 46.5, -71.95)


def test_who_asked_for_news_is_found_and_nobody_else(towns_topics, monique, territory, neighbour):
    informed, chose, elsewhere = PersonFactory(), PersonFactory(), PersonFactory(entered=[neighbour])
    operations.choose_preset(actor=resident_actor_of(informed), person_id=informed.pk, preset="informed", now=NOON)
    choose(chose, news_email="weekly")
    operations.choose_preset(actor=resident_actor_of(elsewhere), person_id=elsewhere.pk, preset="informed", now=NOON)
    choose(monique, news_email="never")
    assert set(queries.interested_in("trial.news")) == {informed.pk, chose.pk}


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


# -- who may -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["other_resident", "neighbour_clerk", "visitor"])
def test_nobody_else_chooses_for_somebody(request, who, monique, towns_topics):
    actor = request.getfixturevalue(who)
    given = {"actor": actor, "person_id": monique.pk, "now": NOON}
    place = around(monique, 46.0, -71.95)
    for act in (
        lambda: operations.choose_preset(preset="quiet", **given),
        lambda: operations.choose_each(rhythms={("trial", "email"): "never"}, **given),
        lambda: operations.choose_quiet(begin=None, end=None, **given),
        lambda: operations.add_place(lat=46.0, lon=-71.9, **given),
        lambda: operations.remove_place(place_id=place.pk, **given),
        lambda: operations.lift_marks(**given),
    ):
        with pytest.raises(NotAllowed):
            act()
    with use(person=monique.pk, scope=Scope.MINE):
        assert not Preference.objects.exists()


def test_a_clerk_chooses_at_the_counter_for_who_entered_the_town(clerk, monique, towns_topics, territory):
    from parvis.lib.actor import Channel

    served = clerk.on_behalf_of(monique.pk, Channel.COUNTER)
    operations.choose_preset(actor=served, person_id=monique.pk, preset="quiet", now=NOON)
    assert standing_of(monique.pk, is_staff=False).preset == "quiet"
    [entry] = Entry.objects.filter(name="notifications.preferences_changed")
    assert (entry.actor_id, entry.beneficiary_id, entry.channel) == (clerk.person_id, monique.pk, "counter")
    stranger = PersonFactory(entered=[])
    with pytest.raises(NotAllowed):
        operations.choose_preset(actor=clerk, person_id=stranger.pk, preset="quiet", now=NOON)


def test_staff_without_the_right_choose_for_nobody(monique, territory, towns_topics):
    with pytest.raises(NotAllowed):
        operations.choose_preset(
            actor=staff_actor(territory, "issues.work"), person_id=monique.pk, preset="quiet", now=NOON
        )


def test_somebody_elses_place_is_not_found(monique, resident, towns_topics):
    place = around(monique, 46.0, -71.95)
    with pytest.raises(NotFound):
        operations.remove_place(actor=resident, person_id=resident.person_id, place_id=place.pk, now=NOON)


@pytest.mark.parametrize(
    "key",
    [
        ("nothing", "email", "now"),
        ("trial", "pigeon", "now"),
        ("trial", "email", "hourly"),
        ("trial", "inbox", "daily"),
    ],
)
def test_what_there_is_not_cannot_be_chosen(monique, towns_topics, key):
    topic, channel, rhythm = key
    with pytest.raises(Invalid):
        operations.choose_each(
            actor=resident_actor_of(monique), person_id=monique.pk, rhythms={(topic, channel): rhythm}, now=NOON
        )


def test_the_database_gathers_nothing_in_the_inbox(monique, towns_topics):
    with use(person=monique.pk, scope=Scope.MINE), pytest.raises(IntegrityError), transaction.atomic():
        Choice.objects.create(person=monique, topic="trial", channel="inbox", rhythm="daily")


def test_who_may_choose_for_whom(monique, resident, clerk, territory):
    assert rules.can_choose_for(resident_actor_of(monique), monique.pk)
    assert rules.can_choose_for(clerk, monique.pk)
    assert not rules.can_choose_for(resident, monique.pk)
    assert not rules.can_choose_for(resident, None)


def test_who_sees_what_came_back(resident, clerk):
    assert rules.can_see_reach(clerk)
    assert not rules.can_see_reach(resident)
