"""The islands in a real browser, on the style guide, under the house's own content security policy.

No server and no database: the browser's requests are answered here, by the views themselves.
"""

import json
import mimetypes
import os
import shutil
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import Http404
from django.test import RequestFactory
from django.urls import resolve
from django.utils import translation
from PIL import Image

from parvis.core.ui import errors, vite
from parvis.core.ui.security import POLICY
from parvis.lib.actor import Actor

CHROMIUM = os.environ.get("PARVIS_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu-compositing", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--no-first-run"]  # fmt: skip
SITE = "http://localhost:9"
JUDITH, HENRI = "01900000-0000-7000-8000-000000000001", "01900000-0000-7000-8000-000000000002"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not vite.manifest(), reason="the front end has not been built"),
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed"),
]


class House:
    """Answers the browser. `person` is who is signed in; `posts` what was sent; `problems` what went wrong."""

    def __init__(self):
        self.person, self.posts, self.problems = None, [], []

    def answer(self, route, request):
        """Give the browser what the house would."""
        if not request.url.startswith(SITE):
            self.problems.append(f"asked another site: {request.url}")
            return route.abort()
        path = urlsplit(request.url).path
        if request.method == "POST":
            self.posts.append(request.post_data or "")
            return route.fulfill(status=200, content_type="text/html", body="<title>sent</title>")
        if path.startswith("/static/ui/dist/"):
            file = vite.BUILT / path.removeprefix("/static/ui/dist/")
            return route.fulfill(body=file.read_bytes(), content_type=mimetypes.guess_type(file.name)[0])
        if path.startswith("/carte/"):
            found = [{"label": f"{number}, rue Principale", "lat": 46.02, "lon": -71.96} for number in (45, 47, 49)]
            return route.fulfill(json={"results": found} if "adresses" in path else {"found": found[0], "inside": True})
        try:
            response = self.view(request.url)
        except Exception as error:  # a page that breaks must fail its test at once, not leave the browser waiting
            self.problems.append(repr(error))
            return route.abort()
        headers = dict(response.items()) | {"Content-Security-Policy": POLICY.format(tiles="", inline="")}
        return route.fulfill(status=response.status_code, body=response.content, headers=headers)

    def view(self, url):
        """Call the view of an address, as the middleware would."""
        request = RequestFactory().get(url)
        request.territory = SimpleNamespace(
            name="Val-des-Pins", brand="#0f5c4f", timezone="America/Toronto", is_fictional=True,
            phone="819 555-0142", opening_hours="8 h 30 à 16 h 30",
        )  # fmt: skip
        request.language_prefix, request.town_prefix = "", "/val-des-pins"
        request._messages = CookieStorage(request)
        request.actor = Actor(person_id=self.person)
        request.user = SimpleNamespace(is_authenticated=self.person is not None)
        path = request.path_info.removeprefix("/val-des-pins")
        with translation.override("fr"):
            try:
                match = resolve(path)
            except Http404:
                return errors.not_found(request)
            return match.func(request, *match.args, **match.kwargs)


@pytest.fixture(scope="module")
def browser(playwright):
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def house(settings):
    settings.DEMO = True
    return House()


@pytest.fixture(params=["light"])
def page(browser, house, request):
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="fr-CA", color_scheme=request.param, service_workers="block"
    )
    context.route("**/*", house.answer)
    page = context.new_page()
    page.on("console", lambda said: house.problems.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: house.problems.append(str(error)))
    yield page
    context.close()
    assert house.problems == []


def visit(page, query=""):
    """Open the style guide and let its islands start."""
    page.goto(f"{SITE}/demo/ui/{query}")
    page.wait_for_load_state("networkidle")


def until(page, expression):
    """Wait until something is true in the page; Playwright's own way would need `eval`, which the policy forbids."""
    for _ in range(100):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {expression}")


DRAFTED = "Object.keys(localStorage).some((name) => name.startsWith('draft:'))"


def kept(page):
    """Return the drafts on this phone."""
    return page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('draft:'))")


def test_what_is_typed_survives_and_is_never_shown_to_somebody_else(page, house):
    house.person = JUDITH
    visit(page)
    page.fill("#id_text", "Gros trou")
    page.locator("input[value=lamp]").check(force=True)
    until(page, DRAFTED)
    visit(page)
    assert page.input_value("#id_text") == "Gros trou"
    assert page.is_checked("input[value=lamp]")

    house.person = HENRI
    visit(page)
    assert page.input_value("#id_text") == ""
    page.fill("#id_text", "À moi")
    page.wait_for_timeout(600)
    house.person = JUDITH
    visit(page)
    assert page.input_value("#id_text") == "Gros trou", "somebody else must not overwrite it unasked"

    house.person = HENRI
    visit(page)
    page.click("[data-draft-line] button")
    assert kept(page) == []


def test_a_lost_session_loses_nothing(page, house):
    visit(page)
    page.fill("#id_text", "Avant de me connecter")
    until(page, DRAFTED)
    house.person = JUDITH
    visit(page)
    assert page.input_value("#id_text") == "Avant de me connecter"


def test_a_refused_form_keeps_what_the_server_kept(page):
    visit(page)
    page.fill("#id_text", "Vieux brouillon")
    until(page, DRAFTED)
    visit(page, "?erreurs")
    assert page.input_value("#id_text") == "gros trou devant chez nous"
    assert page.evaluate("document.activeElement.matches('[data-summary]')")


def test_secrets_are_never_written_to_the_phone(page):
    visit(page)
    page.evaluate(
        """() => { const box = document.createElement('input'); box.type = 'password'; box.name = 'secret';
        box.value = 'hunter2'; document.querySelector('form[data-draft]').append(box); }"""
    )
    page.fill("#id_text", "avec un secret")
    until(page, DRAFTED)
    draft = page.evaluate("JSON.stringify(localStorage)")
    assert "hunter2" not in draft
    assert "csrfmiddlewaretoken" not in draft
    assert "idempotency_key" not in draft


def test_a_double_press_sends_once(page, house):
    visit(page)
    twice = (
        "() => { const form = document.querySelector('form[data-once]'); form.requestSubmit(); form.requestSubmit(); }"
    )
    with page.expect_navigation():
        page.evaluate(twice)
    assert page.title() == "sent"
    assert len(house.posts) == 1
    assert "idempotency_key" in house.posts[0]


def test_without_a_line_nothing_leaves_and_nothing_is_lost(page, house):
    visit(page)
    page.fill("#id_text", "Au fond du rang")
    page.context.set_offline(True)
    page.evaluate("document.querySelector('form[data-once]').requestSubmit()")
    page.wait_for_selector(".toast")
    page.context.set_offline(False)
    assert house.posts == []
    assert page.input_value("#id_text") == "Au fond du rang"


def test_an_address_is_chosen_by_keyboard(page):
    visit(page)
    page.locator("[data-address]").press_sequentially("47 rue", delay=10)
    page.wait_for_selector("[role=option]")
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    assert page.input_value("[data-address]") == "47, rue Principale"
    assert float(page.input_value("[data-lat]")) == 46.02
    assert page.get_attribute("[data-address]", "aria-expanded") == "false"
    page.keyboard.type(" bis")
    assert page.input_value("[data-lat]") == "", "an address that was changed is not that point any more"


def test_a_tap_on_the_picture_is_a_place(page):
    visit(page)
    box = page.locator("[data-preview]").bounding_box()
    page.locator("[data-preview]").click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    assert float(page.input_value("[data-lon]")) == pytest.approx(-71.95, abs=1e-4)
    assert float(page.input_value("[data-lat]")) == pytest.approx(46.0195, abs=1e-3)
    until(page, "document.querySelector('[data-address]').value === '45, rue Principale'")


def test_a_position_is_asked_for_on_use_only(page):
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 46.03, "longitude": -71.97, "accuracy": 12})
    visit(page)
    assert page.input_value("[data-lat]") == ""
    page.click("[data-locate]")
    until(page, "document.querySelector('[data-lat]').value.startsWith('46.03')")


def test_a_photo_is_made_smaller_before_it_leaves(page, tmp_path):
    photo = tmp_path / "trou.jpg"
    Image.effect_noise((2600, 1800), 90).convert("RGB").save(photo, quality=95)
    visit(page)
    page.set_input_files("[data-photo] input", photo)
    page.wait_for_selector("[data-photo] figure img")
    name, size = page.evaluate(
        "(() => { const f = document.querySelector('[data-photo] input').files[0]; return [f.name, f.size]; })()"
    )
    assert name == "trou.jpg"
    assert size < photo.stat().st_size / 2
    page.click("[data-photo] figure button")
    assert page.evaluate("document.querySelector('[data-photo] input').files.length") == 0


def test_what_is_not_a_picture_leaves_as_it_is(page, tmp_path):
    document = tmp_path / "faux.jpg"
    document.write_bytes(b"%PDF-1.4 " + bytes(5000))
    visit(page)
    page.set_input_files("[data-photo] input", document)
    until(page, "document.querySelector('[data-photo] .thumbs').children.length === 1")
    assert page.evaluate("document.querySelector('[data-photo] input').files[0].size") == document.stat().st_size


def test_the_theme_is_remembered(page):
    visit(page)
    page.click("[data-theme-choice=dark]")
    visit(page)
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.click("[data-theme-choice=auto]")
    assert page.evaluate("localStorage.getItem('theme')") is None


def test_the_map_engine_comes_on_use_only(page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    visit(page)
    page.wait_for_timeout(300)
    assert not [url for url in asked if "engine" in url or "worker" in url]
    page.click("parvis-map [data-open-map]")
    until(page, "document.querySelector('parvis-map [data-said]').textContent !== ''")
    assert [url for url in asked if "engine" in url]


def test_the_pictures_of_a_configured_source_are_asked_for_and_owed(page):
    asked = []
    source = {"url": "/carreaux/{z}/{x}/{y}.png", "attribution": "© Example"}
    described = {"tiles": ["/t/{z}/{x}/{y}.mvt"], "vector_layers": [], "bounds": [-72.0, 46.0, -71.9, 46.1]}
    page.route("**/carte/couches.json", lambda route: route.fulfill(json={**described, "pictures": source}))
    page.route("**/carreaux/**", lambda route: (asked.append(route.request.url), route.fulfill(status=204)))
    visit(page)
    page.click("parvis-map [data-open-map]")
    page.wait_for_selector("parvis-map .maplibregl-ctrl-attrib:has-text('© Example')", timeout=60_000)
    assert asked


@pytest.mark.parametrize("page", ["light", "dark"], indirect=True)
@pytest.mark.parametrize("query", ["", "?erreurs&messages"])
def test_every_component_is_accessible(page, house, query):
    house.person = JUDITH
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        visit(page, query)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, "nothing scrolls sideways"
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
        assert found.response["violations"] == [], json.dumps(found.response["violations"], indent=1)[:3000]
