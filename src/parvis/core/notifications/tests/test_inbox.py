"""The inbox's pages, and who may read them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from parvis.core.identity.tests.factories import AccountFactory, PersonFactory
from parvis.core.notifications import operations, personal, queries
from parvis.core.notifications.models import InboxMessage
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.lib.errors import NotFound
from parvis.lib.ids import new_id

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def put(territory, person, **given):
    """Put a message into somebody's inbox."""
    with use(territory=territory):
        return InboxMessage.objects.create(
            **{
                "territory": territory,
                "person_id": person.pk,
                "event_id": new_id(),
                "notice": "trial",
                "topic": "trial",
                "subject": "Votre lampadaire",
                "text": "Il éclaire <enfin>.",
                "path": "/signalements/K7M2-PX4R/",
                "language": "fr",
                **given,
            }
        )


@pytest.fixture
def monique(territory, neighbour):
    return PersonFactory(entered=[territory, neighbour])


@pytest.fixture
def signed_in(client, monique):
    account = AccountFactory(person=monique)
    with use(scope=Scope.SIGN_IN):
        client.force_login(account, backend="parvis.core.identity.backends.AccountBackend")
    return client


def test_messages_of_every_town_in_one_list(signed_in, territory, neighbour, monique):
    put(territory, monique)
    put(neighbour, monique, subject="De l'autre ville")
    page = signed_in.get(f"/{territory.slug}/mon-espace/messages/")
    assert page.status_code == 200
    for words in ("Votre lampadaire", "De l&#x27;autre ville", territory.name, neighbour.name):
        assert words in page.content.decode()


def test_an_empty_inbox_says_so(signed_in, territory):
    page = signed_in.get(f"/en/{territory.slug}/mon-espace/messages/")
    assert "No message yet" in page.content.decode()


def test_reading_one_marks_it_and_leads_to_its_page(signed_in, territory, neighbour, monique):
    line = put(neighbour, monique)
    assert queries.unread_count(monique.pk) == 1
    page = signed_in.get(f"/en/{territory.slug}/mon-espace/messages/{line.pk}/").content.decode()
    assert "&lt;enfin&gt;" in page
    assert f'href="/en/{neighbour.slug}/signalements/K7M2-PX4R/"' in page
    assert queries.unread_count(monique.pk) == 0


def test_marking_all_as_read_across_towns(signed_in, territory, neighbour, monique):
    for town in (territory, neighbour):
        put(town, monique)
    answer = signed_in.post(f"/{territory.slug}/mon-espace/messages/tout-lu/", follow=True)
    assert answer.status_code == 200
    assert queries.unread_count(monique.pk) == 0


def test_marking_asks_for_a_post(signed_in, territory):
    assert signed_in.get(f"/{territory.slug}/mon-espace/messages/tout-lu/").status_code == 405


def test_somebody_elses_message_is_not_found(signed_in, territory):
    other = put(territory, PersonFactory())
    assert signed_in.get(f"/{territory.slug}/mon-espace/messages/{other.pk}/").status_code == 404
    other.refresh_from_db()
    assert other.read_at is None


def test_nobody_marks_somebody_elses_message(territory, monique):
    henri = PersonFactory()
    other = put(territory, henri)
    assert operations.mark_read(person_id=monique.pk, message_ids=[other.pk], now=NOW) == 0
    assert queries.unread_count(henri.pk) == 1
    with pytest.raises(NotFound):
        queries.message_of(monique.pk, other.pk)


def test_a_visitor_is_asked_to_sign_in(client, territory):
    answer = client.get(f"/{territory.slug}/mon-espace/messages/")
    assert answer.status_code == 302
    assert "/compte/" in answer["Location"]


def test_the_count_is_one_look_and_stops_at_ninety_nine(territory, monique, django_assert_num_queries):
    with use(territory=territory):
        InboxMessage.objects.bulk_create(
            InboxMessage(territory=territory, person=monique, event_id=new_id(), notice="n", topic="t", language="fr")
            for _ in range(120)
        )
    with django_assert_num_queries(1):
        assert queries.unread_count(monique.pk) == 99
    assert queries.unread_count(None) == 0


def test_a_long_inbox_is_paged(signed_in, territory, monique):
    for number in range(30):
        put(territory, monique, subject=f"Message no {number}", created_at=NOW + timedelta(seconds=number))
    first = signed_in.get(f"/{territory.slug}/mon-espace/messages/").content.decode()
    assert "Message no 29" in first
    assert "Message no 0<" not in first
    assert "Message no 0<" in signed_in.get(f"/{territory.slug}/mon-espace/messages/?page=2").content.decode()


def test_export_and_erasure_stay_within_the_territory(territory, neighbour, monique):
    put(territory, monique)
    put(neighbour, monique, subject="Ailleurs")
    assert [row["subject"] for row in personal.export(monique.pk)] == ["Votre lampadaire"]
    assert list(personal.erase(monique.pk, NOW)) == []
    assert personal.export(monique.pk) == []
    assert queries.unread_count(monique.pk) == 1


def test_messages_are_kept_two_years(territory, monique):
    put(territory, monique, created_at=NOW - timedelta(days=731))
    put(territory, monique, created_at=NOW - timedelta(days=729))
    assert operations.forget_old(now=NOW) == 1
