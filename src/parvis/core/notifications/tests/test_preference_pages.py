"""The preference centre, the link of a mail, and the clerk's screens, as browsers and mail programs meet them."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from parvis.core.delivery import marks, verdicts
from parvis.core.delivery.models import AddressMark, Outgoing, Spending
from parvis.core.delivery.operations import Message, enqueue
from parvis.core.identity.tests.factories import PersonFactory, furnish, make_staff, sign_in
from parvis.core.notifications.models import Choice, InterestPlace, Preference
from parvis.core.notifications.unsubscribing import Way, token_of
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def monique(territory):
    return PersonFactory(name="Monique Roy", email="monique@example.test", language="fr")


@pytest.fixture
def browser(client, monique):
    sign_in(client, monique)
    return client


def choices_of(person):
    with use(person=person.pk, scope=Scope.MINE):
        return {(row.topic, row.channel): row.rhythm for row in Choice.objects.filter(person=person)}


def preset_of(person):
    with use(person=person.pk, scope=Scope.MINE):
        return Preference.objects.get(person=person).preset


def test_the_page_is_simple_first(browser, territory):
    page = browser.get(f"/en/{territory.slug}/mon-espace/preferences/")
    body = page.content.decode()
    assert page.status_code == 200
    for words in ("Calm", "Well informed", "Only when I come", "Emergencies always come", "What I asked for"):
        assert words in body
    assert 'value="calm" checked' in body
    assert "<details" in body and "<details open" not in body
    assert "My work for the municipality" not in body


def test_a_visitor_is_asked_to_sign_in(client, territory):
    assert client.get(f"/{territory.slug}/mon-espace/preferences/").status_code == 302


def test_a_preset_and_a_language_are_kept(browser, territory, monique):
    answer = browser.post(
        f"/{territory.slug}/mon-espace/preferences/garder/", {"step": "preset", "preset": "quiet", "language": "es"}
    )
    assert answer.status_code == 302
    assert preset_of(monique) == "quiet"
    monique.refresh_from_db()
    assert monique.language == "es"


def test_topics_are_chosen_one_by_one(browser, territory, monique):
    sent = {"step": "detail", "cases:email": "weekly", "quiet_from": "20:00", "quiet_until": "08:30"}
    answer = browser.post(f"/{territory.slug}/mon-espace/preferences/garder/", sent, follow=True)
    assert choices_of(monique) == {("cases", "email"): "weekly"}
    assert '<details class="card" open>' in answer.content.decode()
    with use(person=monique.pk, scope=Scope.MINE):
        assert f"{Preference.objects.get().quiet_until:%H:%M}" == "08:30"


def test_a_refused_form_keeps_what_was_typed_and_says_why(browser, territory, monique):
    sent = {"step": "detail", "cases:email": "weekly", "quiet_from": "20:00", "quiet_until": ""}
    page = browser.post(f"/en/{territory.slug}/mon-espace/preferences/garder/", sent)
    assert page.status_code == 422
    assert "Say when the quiet hours begin and when they end, or neither." in page.content.decode()
    assert choices_of(monique) == {}


@pytest.mark.parametrize("sent", [{}, {"step": "nothing"}, {"step": "remove_place", "place": "x"}])
def test_an_odd_post_changes_nothing(browser, territory, sent):
    assert browser.post(f"/{territory.slug}/mon-espace/preferences/garder/", sent).status_code == 302


def test_an_address_that_nobody_knows_is_asked_for_again(browser, territory):
    sent = {"step": "place", "place_address": "999, rue Nulle", "radius": "1000"}
    page = browser.post(f"/en/{territory.slug}/mon-espace/preferences/garder/", sent)
    assert page.status_code == 422
    assert not InterestPlace.objects.exists()


def test_a_point_of_the_map_is_kept_and_removed(browser, territory, monique):
    sent = {"step": "place", "place_address": "Chez moi", "place_lat": "46.0", "place_lon": "-71.9", "radius": "500"}
    browser.post(f"/{territory.slug}/mon-espace/preferences/garder/", sent)
    place = InterestPlace.objects.get()
    assert (place.person_id, place.label, place.radius) == (monique.pk, "Chez moi", 500)
    browser.post(f"/{territory.slug}/mon-espace/preferences/garder/", {"step": "remove_place", "place": str(place.pk)})
    assert not InterestPlace.objects.exists()


# -- one click ---------------------------------------------------------------------------------------------------------


def link(territory, person, topic="cases"):
    return f"/en/{territory.slug}/desabonner/{token_of(Way(person.pk, topic))}/"


def test_looking_at_the_link_changes_nothing_and_names_nobody(client, territory, monique):
    page = client.get(link(territory, monique))
    assert page.status_code == 200
    assert "What I asked for" in page.content.decode()
    assert "Monique" not in page.content.decode() and "example.test" not in page.content.decode()
    assert choices_of(monique) == {}


def test_a_mail_program_posts_without_a_session_or_a_token(territory, monique):
    stranger = Client(enforce_csrf_checks=True)
    for _ in range(2):
        answer = stranger.post(link(territory, monique), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert choices_of(monique) == {("cases", "email"): "never"}
    assert "You get no more of these e-mails" in answer.content.decode()
    stranger.post(link(territory, monique), {"undo": "1"})
    assert choices_of(monique) == {}


def test_a_forged_link_is_not_found(client, territory, monique):
    assert client.post(f"/{territory.slug}/desabonner/abc.def/").status_code == 404


# -- the clerk ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(client, territory):
    furnish(territory)
    sign_in(client, make_staff(territory))
    return client


def test_a_clerk_chooses_for_somebody(desk, territory, monique):
    url = f"/en/{territory.slug}/bureau/messages/personnes/{monique.pk}/"
    assert "How this person is told" in desk.get(url).content.decode()
    answer = desk.post(f"{url}garder/", {"step": "preset", "preset": "quiet", "language": "fr"})
    assert answer.status_code == 302
    assert preset_of(monique) == "quiet"


def test_a_clerk_sees_nobody_of_the_next_town(desk, territory, neighbour):
    stranger = PersonFactory(entered=[neighbour])
    url = f"/en/{territory.slug}/bureau/messages/personnes/{stranger.pk}/"
    assert desk.get(url).status_code == 403
    assert desk.post(f"{url}garder/", {"step": "preset", "preset": "quiet", "language": "fr"}).status_code == 403


def test_dead_addresses_and_the_cost_of_text_messages_are_seen(desk, territory, monique):
    from parvis.core.tenancy.switches import change_settings

    now = timezone.now()
    key = enqueue(Message(address="monique@example.test", subject="a", text="b", person_id=monique.pk))
    with use(scope=Scope.DELIVERY):
        Outgoing.objects.filter(pk=key).update(state="failed")
    marks.mark("email", "monique@example.test", verdicts.Verdict("unknown", "5.1.1"), outgoing_id=key, now=now)
    Spending.objects.create(territory=territory, channel="sms", month=now.date().replace(day=1), messages=4, parts=6)
    change_settings("notifications", sms_cents=1.5)
    body = desk.get(f"/en/{territory.slug}/bureau/messages/").content.decode()
    assert "monique@example.test" in body and "Nobody has this address" in body
    assert re.search(r"\$0\.09|0\.09", body)
    page = desk.get(f"/en/{territory.slug}/bureau/messages/personnes/{monique.pk}/").content.decode()
    assert "It works again" in page
    desk.post(f"/en/{territory.slug}/bureau/messages/personnes/{monique.pk}/garder/", {"step": "lift"})
    assert not AddressMark.objects.exists()


def test_a_resident_opens_no_staff_screen(browser, territory, monique):
    assert browser.get(f"/{territory.slug}/bureau/messages/").status_code in {302, 403, 404}
    assert browser.get(f"/{territory.slug}/bureau/messages/personnes/{monique.pk}/").status_code in {302, 403, 404}
