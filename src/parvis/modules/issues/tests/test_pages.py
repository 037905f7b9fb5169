"""The pages of reports, as a resident, a clerk and a neighbour see them."""

import re

import pytest
from django.test import Client

from parvis.core.content.operations import ensure_territory_content
from parvis.core.files.models import StoredFile
from parvis.core.files.operations import prepare_photo
from parvis.core.identity.models import Person
from parvis.core.identity.tests.factories import make_staff, sign_in
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.modules.issues import operations
from parvis.modules.issues.models import PHOTO, Issue

from .factories import NOW, CategoryFactory, make_issue, photo

pytestmark = pytest.mark.django_db
WORDS = "gros trou devant chez Mme d'Amours"


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": "localhost"})


def said(**more: object) -> dict[str, object]:
    return {
        "description": WORDS,
        "place_address": "47, rue Principale",
        "place_lat": "45.8",
        "place_lon": "-71.9",
        "place_ref": "",
        "idempotency_key": "b" * 32,
        **more,
    }


def person_of(actor: Actor) -> Person:
    return Person.objects.get(pk=actor.person_id)


def test_a_visitor_reports_without_javascript(client: Client, territory: Territory) -> None:
    category = CategoryFactory()
    page = client.get(f"/{territory.slug}/signalements/nouveau")
    assert page.status_code == 200
    answer = client.post(f"/{territory.slug}/signalements/nouveau", said(category=category.slug, photos=[photo()]))
    assert answer.status_code == 302, answer.content[:2000]
    issue = Issue.objects.get()
    assert answer.headers["Location"] == f"/{territory.slug}/signalements/merci/{issue.code}"
    thanks = client.get(answer.headers["Location"])
    assert issue.code in thanks.content.decode()


def test_a_double_click_makes_one_report(client: Client, territory: Territory) -> None:
    category = CategoryFactory()
    for _ in range(2):
        client.post(f"/{territory.slug}/signalements/nouveau", said(category=category.slug))
    assert Issue.objects.count() == 1


def test_a_wrong_input_keeps_what_was_typed(client: Client, territory: Territory) -> None:
    answer = client.post(f"/{territory.slug}/signalements/nouveau", said(category="no-such"))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "d&#x27;Amours" in text
    assert "47, rue Principale" in text
    assert Issue.objects.count() == 0


def test_the_public_page_holds_no_words_until_released(
    client: Client, territory: Territory, resident: Actor, clerk: Actor
) -> None:
    issue = make_issue(resident, description=WORDS)
    url = f"/{territory.slug}/signalements/{issue.code}"
    assert "Amours" not in client.get(url).content.decode()
    operations.release_text(actor=clerk, issue=issue, is_public=True, now=NOW)
    assert "Amours" in client.get(url).content.decode()


def test_the_reporter_reads_their_own_words(client: Client, territory: Territory, resident: Actor) -> None:
    issue = make_issue(resident, description=WORDS)
    sign_in(client, person_of(resident))
    assert "Amours" in client.get(f"/{territory.slug}/signalements/{issue.code}").content.decode()


def test_another_resident_does_not(
    client: Client, territory: Territory, resident: Actor, other_resident: Actor
) -> None:
    issue = make_issue(resident, description=WORDS)
    sign_in(client, person_of(other_resident))
    assert "Amours" not in client.get(f"/{territory.slug}/signalements/{issue.code}").content.decode()


def test_a_photo_is_not_on_the_public_page_until_released(
    client: Client, territory: Territory, resident: Actor
) -> None:
    issue = make_issue(resident, photos=[photo()])
    stored = StoredFile.objects.get(subject_id=issue.pk, purpose=PHOTO)
    prepare_photo(stored)
    page = f"/{territory.slug}/signalements/{issue.code}"
    assert str(stored.pk) not in client.get(page).content.decode()
    sign_in(client, person_of(resident))
    assert str(stored.pk) in client.get(page).content.decode()


def test_the_reason_of_a_refusal_is_not_on_the_public_page(
    client: Client, territory: Territory, resident: Actor, clerk: Actor
) -> None:
    issue = make_issue(resident, description=WORDS)
    operations.decline_issue(actor=clerk, issue=issue, answer="Voyez votre voisin Zorglub.", now=NOW)
    page = f"/{territory.slug}/signalements/{issue.code}"
    assert "Zorglub" not in client.get(page).content.decode()
    sign_in(client, person_of(resident))
    assert "Zorglub" in client.get(page).content.decode()


def test_the_answer_is_released_with_the_words(
    client: Client, territory: Territory, resident: Actor, clerk: Actor
) -> None:
    issue = make_issue(resident, description="")
    operations.resolve_issue(actor=clerk, issue=issue, answer="Fait, madame Zorglub.", now=NOW)
    page = f"/{territory.slug}/signalements/{issue.code}"
    assert "Zorglub" not in client.get(page).content.decode()
    operations.release_text(actor=clerk, issue=issue, is_public=True, now=NOW)
    assert "Zorglub" in client.get(page).content.decode()


def test_a_hidden_report_says_so_and_nothing_else(
    client: Client, territory: Territory, resident: Actor, clerk: Actor
) -> None:
    issue = make_issue(resident)
    operations.hide_issue(actor=clerk, issue=issue, is_hidden=True, now=NOW)
    page = client.get(f"/en/{territory.slug}/signalements/{issue.code}")
    assert page.status_code == 410
    assert "not shown to everyone" in page.content.decode()
    assert issue.category.label_en not in page.content.decode() and issue.description not in page.content.decode()
    assert client.get(f"/api/v1/{territory.slug}/issues/{issue.code}").status_code == 404
    assert issue.code not in client.get(f"/{territory.slug}/signalements/").content.decode()


def test_a_neighbour_finds_nothing_by_its_code(
    client: Client, territory: Territory, neighbour: Territory, resident: Actor
) -> None:
    issue = make_issue(resident)
    assert client.get(f"/{neighbour.slug}/signalements/{issue.code}").status_code == 404
    assert client.get(f"/api/v1/{neighbour.slug}/issues/{issue.code}").status_code == 404


def test_a_private_photo_is_served_to_its_owner_and_staff_only(
    client: Client, territory: Territory, resident: Actor, other_resident: Actor
) -> None:
    issue = make_issue(resident, photos=[photo()])
    stored = StoredFile.objects.get(subject_id=issue.pk, purpose=PHOTO)
    prepare_photo(stored)
    url = f"/{territory.slug}/fichiers/{stored.pk}/small"
    assert client.get(url).status_code == 404
    sign_in(client, person_of(other_resident))
    assert client.get(url).status_code == 404
    sign_in(client, person_of(resident))
    assert client.get(url).status_code == 200


def test_staff_answer_from_the_case(client: Client, territory: Territory, resident: Actor) -> None:
    issue = make_issue(resident)
    ensure_territory_content(territory)
    sign_in(client, make_staff(territory, "issues.work", "cases.work", "cases.view"))
    step = f"/{territory.slug}/bureau/signalements/{issue.code}/resolve/"
    answer = client.post(step, {"answer": "Rebouché."})
    assert answer.status_code == 302, answer.content[:500]
    issue.refresh_from_db()
    assert issue.status == "resolved"


def test_a_neighbours_clerk_cannot_answer(
    client: Client, territory: Territory, neighbour: Territory, resident: Actor
) -> None:
    issue = make_issue(resident)
    with use(territory=neighbour):
        staff = make_staff(neighbour, "*")
    sign_in(client, staff)
    for town in (territory, neighbour):
        answer = client.post(f"/{town.slug}/bureau/signalements/{issue.code}/resolve/", {"answer": "Rebouché."})
        assert answer.status_code in {302, 403, 404}
    with use(territory=territory):
        issue.refresh_from_db()
        assert issue.status == "reported"


@pytest.mark.parametrize("prefix", ["", "/en", "/es"])
def test_the_pages_answer_in_three_languages(client: Client, territory: Territory, prefix: str) -> None:
    CategoryFactory()
    for path in ("signalements/", "signalements/nouveau"):
        answer = client.get(f"{prefix}/{territory.slug}/{path}")
        assert answer.status_code == 200
        assert re.search(rf'<html lang="{prefix.strip("/") or "fr"}"', answer.content.decode())
