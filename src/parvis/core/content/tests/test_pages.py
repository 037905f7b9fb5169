"""What a territory writes, as everyone reads it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from parvis.core.content import sources
from parvis.core.content.models import NewsPage
from parvis.core.content.operations import publish_due
from parvis.core.content.templatetags.content_pages import dialled, spoken
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory

from .factories import make_document, make_guide, make_news, make_picture

pytestmark = pytest.mark.django_db
TEXT = [("text", "<p>Le bac noir passe le lundi.</p>")]


def test_a_page_in_each_language(client: Client, town: Territory) -> None:
    """English words where there are some, French ones elsewhere, said plainly."""
    guide = make_guide(town, "Collectes", slug="collectes", body=TEXT)
    guide.title_en, guide.body_en = "Collections", [("text", "<p>The black bin comes on Monday.</p>")]
    guide.save()
    french = client.get(f"/{town.slug}/guides/collectes/").content.decode()
    english = client.get(f"/en/{town.slug}/guides/collectes/").content.decode()
    spanish = client.get(f"/es/{town.slug}/guides/collectes/").content.decode()
    assert "Le bac noir" in french and "untranslated" not in french
    assert "The black bin" in english and "untranslated" not in english
    assert "Le bac noir" in spanish and "untranslated" in spanish and 'lang="fr"' in spanish


def test_a_draft_is_read_by_nobody(client: Client, town: Territory) -> None:
    """A page that is not published answers 404 and stands in no list."""
    make_news(town, "Pas encore", slug="pas-encore", live=False)
    assert client.get(f"/{town.slug}/nouvelles/pas-encore/").status_code == 404
    assert "Pas encore" not in client.get(f"/{town.slug}/nouvelles/").content.decode()


def test_a_page_answers_in_its_own_town_only(client: Client, town: Territory, next_town: Territory) -> None:
    """The same words under the neighbour's address are nothing."""
    make_news(town, "Chez nous", slug="chez-nous")
    assert client.get(f"/{town.slug}/nouvelles/chez-nous/").status_code == 200
    assert client.get(f"/{next_town.slug}/nouvelles/chez-nous/").status_code == 404


def test_addresses_hold_town_and_language(town: Territory, client: Client) -> None:
    """A link leads to the page in the reader's town and language, also from a map of the site."""
    news = make_news(town, "Nouvelle", slug="nouvelle")
    assert news.url == f"/{town.slug}/nouvelles/nouvelle/"
    assert f'href="/en/{town.slug}/nouvelles/nouvelle/"' in client.get(f"/en/{town.slug}/nouvelles/").content.decode()
    assert f"/{town.slug}/nouvelles/nouvelle/</loc>" in client.get(f"/{town.slug}/plan-du-site.xml").content.decode()


def test_a_picture_is_served_under_its_town_only(client: Client, town: Territory, next_town: Territory) -> None:
    """The neighbour's address does not serve it, nor does another name."""
    rendition = make_picture(town, "Le pont").get_rendition("width-40|format-webp")
    name = rendition.url.rpartition("/")[2]
    good = client.get(f"/{town.slug}/images/{rendition.pk}/{name}")
    assert good.status_code == 200 and "immutable" in good["Cache-Control"]
    assert client.get(f"/{next_town.slug}/images/{rendition.pk}/{name}").status_code == 404
    assert client.get(f"/{town.slug}/images/{rendition.pk}/autre.webp").status_code == 404


def test_a_document_never_becomes_a_page_of_the_site(client: Client, town: Territory, next_town: Territory) -> None:
    """HTML is sent as a file to keep, behind a policy that runs nothing; the neighbour's address does not serve it."""
    document = make_document(town, "Règlement", name="piege.html", text=b"<script>alert(1)</script>")
    address = f"/{town.slug}/documents/{document.pk}/piege.html"
    answer = client.get(address)
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert client.get(address.replace(town.slug, next_town.slug)).status_code == 404


def test_search_gets_each_language_and_nothing_hidden(town: Territory) -> None:
    """A guide is found in the languages it was written in; a draft is not."""
    guide = make_guide(town, "Collectes", slug="collectes", body=TEXT, keywords="poubelle")
    draft = make_news(town, "Pas encore", live=False)
    guide.title_en, guide.body_en = "Collections", TEXT
    guide.save()
    found = {(entry.ref, entry.language): entry for entry in sources.documents()}
    french = found[str(guide.pk), "fr"]
    assert french.keywords == "poubelle" and "bac noir" in french.text
    assert found[str(guide.pk), "en"].title == "Collections" and (str(guide.pk), "es") not in found
    assert str(draft.pk) not in {ref for ref, _language in found}
    assert french.url == "/guides/collectes/"


def test_search_gets_the_words_of_blocks_in_the_language_of_the_page(town: Territory) -> None:
    """What the house says itself in a block ("Good news") is in each language as the rest."""
    notice = [("notice", {"kind": "ok", "title": "Pont", "text": "<p>Ouvert.</p>"})]
    guide = make_guide(town, "Pont", slug="pont", body=notice)
    guide.title_en, guide.body_en = "Bridge", [("notice", {"kind": "ok", "title": "Bridge", "text": "<p>Open.</p>"})]
    guide.save()
    texts = {entry.language: entry.text for entry in sources.document(str(guide.pk))}
    assert "Bonne nouvelle" in texts["fr"] and "Good news" not in texts["fr"]
    assert "Good news" in texts["en"] and "Bonne nouvelle" not in texts["en"]


def test_dated_news_is_in_the_calendar(town: Territory) -> None:
    """With a moment, and inside the window only."""
    now = timezone.now()
    make_news(town, "Fête", starts_at=now + timedelta(days=3), place="Parc")
    make_news(town, "Sans date")
    assert [item.title for item in sources.agenda(now, now + timedelta(days=7))] == ["Fête"]
    assert not list(sources.agenda(now, now + timedelta(days=1)))


def test_what_is_scheduled_comes_out_in_its_own_town(town: Territory, next_town: Territory) -> None:
    """The task publishes what is due in the territory in force, nothing next door."""
    due = timezone.now() - timedelta(minutes=1)  # Wagtail itself reads the clock when it publishes
    pages = []
    for place in (town, next_town):
        with use(territory=place):
            page = make_news(place, "Demain", live=False)
            page.go_live_at = due
            page.save_revision(approved_go_live_at=due)
            pages.append(page)
    assert publish_due(now=due - timedelta(minutes=1)) == 0
    with use(territory=town):
        assert publish_due(now=due) == 1
        assert NewsPage.objects.get(pk=pages[0].pk).live
    with use(territory=next_town):
        assert not NewsPage.objects.get(pk=pages[1].pk).live


def test_publishing_is_recorded_once(town: Territory) -> None:
    """An event with the page's number, and no words."""
    from parvis.core.audit.models import Entry

    page = make_news(town, "Annonce", live=False)
    page.save_revision().publish(skip_permission_checks=True)
    entries = list(Entry.objects.filter(name="content.published"))
    assert [entry.data for entry in entries] == [{"page": page.pk}]


def test_the_search_follows_a_page_and_what_stands_below_it(town: Territory) -> None:
    """One page is written again when it is published, all of them when addresses change."""
    from parvis.core.audit.models import Entry
    from parvis.core.content.models import NewsIndex
    from parvis.core.events.operations import Event
    from parvis.core.portal.models import SearchDocument
    from parvis.core.portal.subscribers import refresh_search

    def heard(name: str) -> None:
        for entry in Entry.objects.filter(name=name).order_by("at"):
            refresh_search(Event.of(entry))

    def known(title: str) -> list[str]:
        return list(SearchDocument.objects.filter(title=title).values_list("url", flat=True))

    page, other = (make_news(town, title, live=False) for title in ("Annonce", "Autre"))
    page.save_revision().publish(skip_permission_checks=True)
    heard("content.published")
    assert known("Annonce") == ["/nouvelles/annonce/"] and known("Autre") == []
    index = NewsIndex.objects.get()
    index.slug = "actualites"
    index.save_revision().publish(skip_permission_checks=True)
    heard("content.moved")
    assert known("Annonce") == ["/actualites/annonce/"]
    NewsPage.objects.get(pk=page.pk).unpublish()
    heard("content.unpublished")
    assert known("Annonce") == [] == known("Autre") and not NewsPage.objects.get(pk=other.pk).live


def test_a_writers_name_is_exported_and_taken_off(town: Territory, next_town: Territory) -> None:
    """Here only: what they wrote next door is next door's to answer for."""
    from parvis.core.content import personal_data
    from parvis.core.identity.tests.factories import AccountFactory, PersonFactory

    account = AccountFactory(person=PersonFactory(entered=[town, next_town]))
    mine = make_news(town, "Signée", owner=account)
    with use(territory=next_town):
        theirs = make_news(next_town, "Ailleurs", owner=account)
    assert [page["title"] for page in personal_data.export(account.pk)["pages"]] == ["Signée"]
    assert list(personal_data.erase(account.pk, timezone.now()))
    assert NewsPage.objects.get(pk=mine.pk).owner_id is None
    with use(territory=next_town):
        assert NewsPage.objects.get(pk=theirs.pk).owner_id == account.pk


@pytest.mark.parametrize("typed", ["", "abc", "poste 4", "311"])
def test_what_is_no_telephone_number_is_shown_and_not_called(client: Client, town: Territory, typed: str) -> None:
    """A clerk may type anything: the page answers, with the words and without a link that would call nobody."""
    assert (spoken(typed), dialled(typed)) == (typed, "")
    contact = {"name": "Mairie", "phone": typed, "email": "", "place": "", "hours": ""}
    make_guide(town, "Joindre", slug="joindre", body=[("contact", contact)])
    answer = client.get(f"/{town.slug}/guides/joindre/")
    card = answer.content.decode().partition('class="card contact"')[2].partition("</section>")[0]
    assert answer.status_code == 200 and "tel:" not in card
    assert typed in card and ('class="row"' in card) == bool(typed)


def test_a_telephone_number_is_called() -> None:
    """What is one is written as people do, and called without its spaces."""
    assert (spoken("8195550141"), dialled("819 555-0141")) == ("819 555-0141", "tel:+18195550141")
    extended = "819 555-0141, poste 4"
    assert (spoken(extended), dialled(extended)) == (extended, "tel:+18195550141")
