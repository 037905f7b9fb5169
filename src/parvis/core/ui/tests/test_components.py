"""Components: each renders, escapes what people wrote, and keeps its promises to readers of the screen."""

from datetime import UTC, date, datetime
from html.parser import HTMLParser
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.paginator import Paginator
from django.template import Context, engines
from django.test import RequestFactory
from django.utils import translation

from parvis.core.ui.forms import Renderer  # noqa: F401 (the form renderer must be importable by its path)
from parvis.core.ui.templatetags.ui import switch_language

VOID = {"input", "img", "link", "meta", "br", "hr"}


class Balanced(HTMLParser):
    """Fails on a tag that is closed twice or never."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture
def render(rf):
    """Render a template's text, components included, in a request of a territory."""
    from django_cotton.compiler_regex import CottonCompiler

    def draw(text, **context):
        request = rf.get("/signalements/?q=trou&page=3")
        request.territory = SimpleNamespace(name="Val-des-Pins", timezone="America/Toronto", is_fictional=True)
        request.language_prefix, request.town_prefix = "/en", "/val-des-pins"
        html = engines["django"].from_string(CottonCompiler().process(text)).render({"request": request, **context})
        parser = Balanced()
        parser.feed(html)
        assert parser.open == []
        return html

    return draw


EVIL = '"><script>alert(1)</script>'


@pytest.mark.parametrize(
    "text",
    [
        '<c-button href="/x">{{ evil }}</c-button>',
        '<c-button kind="quiet" icon="pin" :label="evil" round />',
        '<c-card :title="evil" href="/x">{{ evil }}</c-card>',
        '<c-stones :label="evil"><c-stone href="/x" icon="bus" :label="evil" :hint="evil" /></c-stones>',
        '<c-notice kind="danger" :title="evil">{{ evil }}<c-slot name="actions">{{ evil }}</c-slot></c-notice>',
        '<c-tag kind="ok" icon="check">{{ evil }}</c-tag>',
        '<c-lines><c-line :lead="evil" :under="evil" :title="evil" href="/x" :hint="evil" /></c-lines>',
        '<c-empty :title="evil">{{ evil }}</c-empty>',
        '<c-table :caption="evil" :headers="headers"><tr><td>{{ evil }}</td></tr></c-table>',
        '<c-tabs :label="evil"><c-tab href="/x" current>{{ evil }}</c-tab></c-tabs>',
        '<c-crumbs :items="crumbs" :here="evil" />',
        '<c-steps at="2" of="3" :label="evil" />',
        '<c-history><c-event :title="evil" :at="when" :who="evil" :said="evil" /></c-history>',
        '<c-pairs><c-pair :term="evil" :value="evil" /></c-pairs>',
        '<c-figure :value="evil" :label="evil" :hint="evil" />',
        '<c-code :value="evil" large copy />',
        '<c-progress value="3" max="9" :label="evil" />',
        '<c-dialog id="d" :title="evil">{{ evil }}</c-dialog>',
        '<c-search action="/r" :value="evil" :placeholder="evil" />',
        '<c-chips name="k" :label="evil" :options="crumbs" value="a" />',
        '<c-map :label="evil" layers="/carte/couches.json" preview="/x.svg">{{ evil }}</c-map>',
        '<c-photo src="/x.jpg" :alt="evil" />',
        "<c-bar>{{ evil }}</c-bar>",
        '<c-form draft="x">{{ evil }}</c-form>',
    ],
)
def test_no_component_lets_out_what_was_written_into_it(render, text):
    when = datetime(2026, 3, 12, 14, 5, tzinfo=UTC)
    html = render(text, evil=EVIL, headers=[EVIL], crumbs=[(EVIL, EVIL)], when=when)
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_button_with_an_address_is_a_link_and_passes_other_attributes(render):
    html = render('<c-button href="/x" data-opens="d">Go</c-button>')
    assert html.startswith("<a ")
    assert 'data-opens="d"' in html


def test_a_form_carries_its_key_and_a_search_does_not(render):
    assert render('<c-form draft="x">.</c-form>').count('name="idempotency_key"') == 1
    assert "idempotency_key" not in render('<c-form method="get">.</c-form>')
    assert "idempotency_key" not in render('<c-form :once="False">.</c-form>')


def test_pages_keep_the_rest_of_the_query(render):
    page = Paginator(range(200), 10).get_page(3)
    html = render('<c-pagination :page="page" />', page=page)
    assert 'href="?q=trou&amp;page=4"' in html
    assert 'aria-current="page"' in html
    assert render('<c-pagination :page="page" />', page=Paginator([1], 10).get_page(1)).strip() == ""


def test_the_last_crumb_is_where_we_are(render):
    html = render('<c-crumbs :items="items" here="VP-1" />', items=[("Reports", "/signalements/")])
    assert 'href="/en/val-des-pins/"' in html
    assert '<li aria-current="page">VP-1</li>' in html


def test_times_are_those_of_the_territory(render):
    when = datetime(2026, 3, 12, 2, 5, tzinfo=UTC)
    assert "2026-03-11T22:05:00-04:00" in render("{% load ui %}{% local_time when 'H:i' %}", when=when)


@pytest.mark.parametrize(("language", "start"), [("fr", "/val-des-pins/"), ("en", "/en/val-"), ("es", "/es/val-")])
def test_switching_language_keeps_the_page_and_its_query(render, language, start):
    html = render(f"{{% load ui %}}{{% switch_language '{language}' %}}")
    assert html.startswith(start)
    assert html.endswith("/signalements/?q=trou&amp;page=3")


@pytest.mark.parametrize(
    ("following", "led_to"),
    [
        ("/val-des-pins/signalements/nouveau?kind=lamp", "/en/val-des-pins/signalements/nouveau?kind=lamp"),
        ("/es/val-des-pins/", "/en/val-des-pins/"),
        ("https://ailleurs.example/es/", "https://ailleurs.example/es/"),
        ("//ailleurs.example/", "//ailleurs.example/"),
    ],
)
def test_switching_language_on_the_way_leads_on_in_that_language(following, led_to):
    request = RequestFactory().get("/compte/connexion/", {"next": following, "q": "a b"})
    request.town_prefix = "/val-des-pins"
    address = urlsplit(switch_language(Context({"request": request}), "en"))
    assert address.path == "/en/val-des-pins/compte/connexion/"
    assert parse_qs(address.query) == {"next": [led_to], "q": ["a b"]}


@pytest.mark.parametrize(
    ("language", "written"), [("fr", "1er mars 2026"), ("en", "1 March 2026"), ("es", "1 de marzo de 2026")]
)
def test_a_date_is_written_as_the_language_does(render, language, written):
    with translation.override(language):
        assert f">{written}<" in render("{% load ui %}{% local_time when 'j F Y' %}", when=date(2026, 3, 1))
