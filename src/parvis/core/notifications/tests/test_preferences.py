"""What a person chooses, and what then reaches them."""

from datetime import UTC, datetime, time

import pytest
from django.db import IntegrityError, connection, transaction

from parvis.core.audit.models import Entry
from parvis.core.delivery.models import Outgoing
from parvis.core.geo.models import District
from parvis.core.identity.tests.factories import PersonFactory, staff_actor
from parvis.core.notifications import operations, queries, rules, timing
from parvis.core.notifications.models import Choice, Held, InboxMessage, InterestPlace, Preference
from parvis.core.notifications.preferences import standing_of
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.lib.errors import Invalid, NotAllowed, NotFound
from parvis.lib.ids import new_id

from .wishes import NIGHT, NOON, PLACE, ZONE, choose, resident_actor_of, sent

pytestmark = pytest.mark.django_db


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
