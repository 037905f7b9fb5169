"""What the form says by itself: a kind that waits for its season, who must sign in, who leaves no address."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from parvis.core.cases.models import Case, Message
from parvis.core.cases.operations import forget_cases
from parvis.core.identity.models import Person
from parvis.core.identity.tests.factories import sign_in
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import change_settings
from parvis.lib.actor import Actor
from parvis.modules.issues import operations
from parvis.modules.issues.models import Issue

from .factories import CategoryFactory, QuestionFactory, photo

pytestmark = pytest.mark.django_db
WORDS = "La patinoire ouvre le 15 décembre."


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": "localhost"})


def around(day: date, *, first: int, last: int) -> dict[str, int]:
    """A season from `first` to `last` days after a day."""
    start, end = day + timedelta(days=first), day + timedelta(days=last)
    return {"season_start": start.month * 100 + start.day, "season_end": end.month * 100 + end.day}


def said(**more: object) -> dict[str, object]:
    where = {"place_address": "47, rue Principale", "place_lat": "45.8", "place_lon": "-71.9"}
    return {"description": "glace fondue", **where, "idempotency_key": "c" * 32, **more}


def test_a_kind_that_waits_for_its_season_says_so_when_it_is_chosen(client: Client, territory: Territory) -> None:
    out = around(timezone.localdate(), first=30, last=60)
    rink = CategoryFactory(label_fr="Patinoire", out_fr=WORDS, slug="patinoire", **out)
    CategoryFactory(label_fr="Sans mot", slug="sans-mot", **out)
    QuestionFactory(category=rink, label_fr="Quelle bande ?", is_required=True)
    form = f"/{territory.slug}/signalements/nouveau"
    page = client.get(form).content.decode()
    assert "Patinoire (pas maintenant)" in page or "Patinoire (not now)" in page
    assert "Sans mot" not in page and WORDS not in page
    for shown in (
        client.get(f"{form}?category=patinoire").content.decode(),  # without a script: a link from elsewhere
        client.post(f"{form}/aide", {"category": "patinoire"}).json()["questions"],
        client.post(form, said(category="patinoire")).content.decode(),
    ):
        assert shown.count(WORDS) >= 1
        assert "Quelle bande" not in shown
    assert client.post(form, said(category="patinoire")).status_code == 422
    assert not Issue.objects.exists()


def test_in_its_season_it_asks_and_says_nothing_of_it(client: Client, territory: Territory) -> None:
    now = around(timezone.localdate(), first=-30, last=30)
    rink = CategoryFactory(label_fr="Patinoire", help_fr="Bandes et glace.", out_fr=WORDS, slug="patinoire", **now)
    QuestionFactory(category=rink, label_fr="Quelle bande ?")
    part = client.post(f"/{territory.slug}/signalements/nouveau/aide", {"category": "patinoire"}).json()["questions"]
    assert "Quelle bande" in part and "Bandes et glace." in part and WORDS not in part


def test_where_the_town_wants_to_know_who_a_visitor_signs_in_first(
    client: Client, territory: Territory, resident: Actor
) -> None:
    form, category = f"/{territory.slug}/signalements/nouveau", CategoryFactory()
    change_settings("issues", anonymous_allowed=False)
    answer = client.get(f"{form}?category={category.slug}")
    assert answer.status_code == 302 and "next=" in answer.headers["Location"]
    sending = client.post(form, said(category=category.slug), headers={"x-outbox": "1"})
    assert sending.json()["state"] == "sign_in", "it waits on the phone for somebody"
    plain = client.post(form, said(category=category.slug))
    assert plain.status_code == 422 and "glace fondue" in plain.content.decode(), "nothing typed is lost"
    assert not Issue.objects.exists()
    sign_in(client, Person.objects.get(pk=resident.person_id))
    assert client.get(form).status_code == 200


def test_who_leaves_no_address_keeps_a_secret_link(client: Client, territory: Territory, clerk: Actor) -> None:
    answer = client.post(f"/{territory.slug}/signalements/nouveau", said(category=CategoryFactory().slug))
    thanks = client.get(answer.headers["Location"]).content.decode()
    found = re.search(rf'href="(http://localhost/{territory.slug}/mon-espace/demandes/lien/[^"]+)"', thanks)
    assert found
    link, issue = found[1], Issue.objects.get()
    anybody = Client(headers={"host": "localhost"})
    assert anybody.get(f"/{territory.slug}/mon-espace/demandes/lien/{issue.code}/").status_code == 404, "no public code"
    assert "glace fondue" in anybody.get(link).content.decode()
    anybody.post(f"{link}repondre/", {"text": "voici une photo", "files": [photo()]})
    message = Message.objects.get(case=issue.case)
    assert (message.text, message.files.count()) == ("voici une photo", 1)
    operations.resolve_issue(actor=clerk, issue=issue, answer="Fait.", now=timezone.now())
    anybody.post(f"{link}avis/", {"rating": "1"})
    assert Case.objects.get().satisfaction == 1
    anybody.post(f"{link}reprendre/", {"text": "toujours fondue"})
    assert Case.objects.get().is_open


def test_a_secret_link_is_replaced_and_dies_with_the_words(client: Client, territory: Territory) -> None:
    answer = client.post(f"/{territory.slug}/signalements/nouveau", said(category=CategoryFactory().slug))
    pattern = rf'href="(http://localhost/{territory.slug}/mon-espace/demandes/lien/[^"]+)"'
    [before] = re.findall(pattern, client.get(answer.headers["Location"]).content.decode())
    [after] = re.findall(pattern, client.post(f"{before}remplacer/").content.decode())
    assert client.get(before).status_code == 404
    assert client.get(after).status_code == 200
    forget_cases([Case.objects.get().pk], now=timezone.now())
    assert client.get(after).status_code == 404


def test_the_square_begins_a_report_with_a_photo_or_the_place(client: Client, territory: Territory) -> None:
    page = client.get(f"/{territory.slug}/").content.decode()
    form = f"/{territory.slug}/signalements/nouveau"
    assert f'data-begins="issues-report" data-form="{form}"' in page
    assert f'href="{form}#ici"' in page and f'<a href="{form}">' in page, "a plain link without a script"
