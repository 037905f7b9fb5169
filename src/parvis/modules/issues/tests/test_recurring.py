"""Works that come back: the days of a rule, the calendar, the feed, a time left out, the wrong person."""

from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
from dateutil.rrule import rrulestr
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from parvis.core.assets.models import Asset
from parvis.core.content.operations import ensure_territory_content
from parvis.core.identity.tests.factories import make_staff, sign_in, staff_actor
from parvis.core.portal import agenda
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, NotAllowed
from parvis.modules.issues import operations, queries, rules
from parvis.modules.issues.models import RecurringWork
from parvis.modules.issues.recurrence import Recurrence

NOW = datetime(2026, 9, 20, 14, tzinfo=UTC)
LEAVES = Recurrence(date(2026, 10, 5), "year", weekdays=[0], months=[10])


def work(territory: Territory, **given: object) -> RecurringWork:
    values = {"title_fr": "Collecte des feuilles", "starts_on": date(2026, 9, 1), "weekdays": [0], "months": [10]}
    return RecurringWork(territory=territory, **{**values, **given})


def test_each_monday_of_october_and_the_first_of_may() -> None:
    assert list(LEAVES.days(date(2026, 1, 1), date(2027, 10, 12))) == [
        date(2026, 10, 5), date(2026, 10, 12), date(2026, 10, 19), date(2026, 10, 26), date(2027, 10, 4),
        date(2027, 10, 11),
    ]  # fmt: skip
    assert LEAVES.text() == "FREQ=YEARLY;BYMONTH=10;BYDAY=MO"
    hydrants = Recurrence(date(2026, 5, 4), "year", weekdays=[0], nth=1, months=[5])
    assert hydrants.text() == "FREQ=YEARLY;BYMONTH=5;BYDAY=1MO"
    assert hydrants.coming(date(2026, 5, 5), 2) == [date(2027, 5, 3), date(2028, 5, 1)]
    last_friday = Recurrence(date(2026, 1, 30), "month", weekdays=[4], nth=-1, until=date(2026, 3, 31))
    assert last_friday.text() == "FREQ=MONTHLY;UNTIL=20260331;BYDAY=-1FR"
    assert last_friday.coming(date(2026, 1, 1), 9) == [date(2026, 1, 30), date(2026, 2, 27), date(2026, 3, 27)]


@given(
    first=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    unit=st.sampled_from(["week", "month", "year"]),
    every=st.integers(1, 4),
    weekdays=st.lists(st.integers(0, 6), unique=True, max_size=3),
    months=st.lists(st.integers(1, 12), unique=True, max_size=3),
    nth=st.sampled_from([-1, 0, 1, 4]),
)
@settings(max_examples=60, deadline=None)
def test_what_is_written_says_the_days_that_are_shown(**chosen: object) -> None:
    rule = Recurrence(**chosen)  # type: ignore[arg-type]
    start = datetime.combine(rule.first, datetime.min.time())
    until = start + timedelta(days=1500)
    there = [moment.date() for moment in rrulestr(rule.text(), dtstart=start).between(start, until, inc=True)]
    assert list(rule.days(rule.first, (until + timedelta(days=1)).date())) == there


@pytest.mark.django_db
def test_it_stands_in_the_calendar_each_time_and_once_in_the_feed(territory: Territory, clerk: Actor) -> None:
    lamp = Asset.objects.create(kind="hydrant", code="B-3", lat=45.8, lon=-71.9, street="rue Principale")
    saved = operations.save_recurring(actor=clerk, work=work(territory, asset=lamp, days=2), now=NOW)
    assert saved.starts_on == date(2026, 10, 5), "the first Monday of October that follows"
    operations.skip_work(actor=clerk, work=saved, day=date(2026, 10, 12), is_skipped=True, now=NOW)
    items = list(queries.works(NOW, NOW + timedelta(days=60)))
    assert [item.starts_at.date() for item in items] == [date(2026, 10, 5), date(2026, 10, 19), date(2026, 10, 26)]
    assert items[0].place == "rue Principale"
    saved.refresh_from_db()
    saved.text_fr, saved.text_es, saved.place_fr = "Sacs de papier", "Bolsas de papel", "au village"
    operations.save_recurring(actor=clerk, work=saved, now=NOW)
    for language, told in (("fr", "Sacs de papier"), ("es", "Bolsas de papel"), ("en", "Sacs de papier")):
        with translation.override(language):
            item = next(queries.works(NOW, NOW + timedelta(days=60)))
        assert (item.text, item.place) == (told, "au village")
    assert items[0].url.endswith(f"/signalements/objets/{lamp.pk}")
    during = datetime(2026, 10, 6, 15, tzinfo=UTC)
    assert len(list(queries.works(during, during + timedelta(hours=1)))) == 1, "its second day"
    found = agenda.entries(during, during + timedelta(days=400))
    body = agenda.icalendar_of(territory, "fr", found, title="x", now=NOW)
    [event] = icalendar.Calendar.from_ical(body).walk("VEVENT")
    assert event["rrule"].to_ical() == b"FREQ=YEARLY;BYDAY=MO;BYMONTH=10"
    assert event.decoded("dtstart") == date(2026, 10, 5)
    assert event.decoded("dtend") == date(2026, 10, 7)
    assert b"EXDATE;VALUE=DATE:20261012" in body
    assert str(event["uid"]).startswith(f"works.{saved.pk}@")
    operations.skip_work(actor=clerk, work=saved, day=date(2026, 10, 12), is_skipped=False, now=NOW)
    assert len(list(queries.works(NOW, NOW + timedelta(days=60)))) == 4


@pytest.mark.django_db
def test_what_makes_no_sense_is_refused(territory: Territory, clerk: Actor) -> None:
    for wrong in ({"nth": 1, "weekdays": []}, {"until": date(2026, 8, 1)}, {"until": date(2026, 9, 2)}):
        with pytest.raises(Invalid):
            operations.save_recurring(actor=clerk, work=work(territory, **wrong), now=NOW)
    saved = operations.save_recurring(actor=clerk, work=work(territory), now=NOW)
    with pytest.raises(Invalid):
        operations.skip_work(actor=clerk, work=saved, day=date(2026, 10, 6), is_skipped=True, now=NOW)
    for wrong in ({"every": 0}, {"days": 61}, {"unit": "day"}, {"nth": 7}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RecurringWork.objects.filter(pk=saved.pk).update(**wrong)


@pytest.mark.django_db
def test_the_wrong_person_plans_nothing(
    territory: Territory, clerk: Actor, resident: Actor, neighbour_clerk: Actor
) -> None:
    saved = operations.save_recurring(actor=clerk, work=work(territory), now=NOW)
    for wrong in (resident, neighbour_clerk, staff_actor(territory, "issues.configure")):
        assert not rules.can_plan_works(wrong)
        with pytest.raises(NotAllowed):
            operations.save_recurring(actor=wrong, work=saved, now=NOW)
        with pytest.raises(NotAllowed):
            operations.skip_work(actor=wrong, work=saved, day=date(2026, 10, 5), is_skipped=True, now=NOW)
        with pytest.raises(NotAllowed):
            operations.delete_recurring(actor=wrong, work=saved, now=NOW)
    operations.delete_recurring(actor=clerk, work=saved, now=NOW)
    assert not RecurringWork.objects.exists()


@pytest.mark.django_db
def test_a_clerk_plans_looks_leaves_one_out_and_deletes(territory: Territory) -> None:
    ensure_territory_content(territory)
    desk = Client(headers={"host": "localhost"})
    sign_in(desk, make_staff(territory))
    screen = f"/{territory.slug}/bureau/signalements/travaux/"
    sent = {"title_fr": "Rinçage des bornes", "starts_on": "2030-05-01", "days": "3", "every": "1", "unit": "year",
            "weekdays": ["0"], "nth": "1", "months": ["5"], "is_public": "on", "text_fr": "Laissez couler",
            "text_en": "Let it run", "text_es": "Déjela correr", "place_en": "in the village"}  # fmt: skip
    assert "6 mai 2030" in desk.post(f"{screen}apercu/", sent).content.decode()
    assert desk.post(f"{screen}nouveaux/", {**sent, "every": "0"}).status_code == 422
    answer = desk.post(f"{screen}nouveaux/", sent)
    assert answer.status_code == 302, answer.context["form"].errors
    saved = RecurringWork.objects.get()
    assert saved.starts_on == date(2030, 5, 6)
    assert (saved.text_en, saved.text_es, saved.place_en) == ("Let it run", "Déjela correr", "in the village")
    assert "Rinçage des bornes" in desk.get(screen).content.decode()
    desk.post(f"{screen}{saved.pk}/sauter/", {"day": "2031-05-05"})
    saved.refresh_from_db()
    assert saved.skipped == [date(2031, 5, 5)]
    assert "2031" in desk.get(f"{screen}{saved.pk}/").content.decode()
    desk.post(f"{screen}{saved.pk}/supprimer/")
    assert not RecurringWork.objects.exists()
