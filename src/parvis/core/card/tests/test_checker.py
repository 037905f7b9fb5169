"""The checker in a real browser, without a server: every verdict, pictures, the camera, no line, changed cards."""

import mimetypes
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import base45
import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.test import RequestFactory, override_settings
from django.utils import translation
from playwright.sync_api import Page, Playwright

from parvis.core.card.keyset import text_of
from parvis.core.card.token import PREFIX, Form, Verdict, read
from parvis.core.card.verdicts import SAID
from parvis.core.card.views import checking
from parvis.core.ui import vite
from parvis.core.ui.security import POLICY
from parvis.core.ui.tests.test_islands import CHROMIUM, FLAGS, SITE
from parvis.lib.actor import Actor

from .cards import KEYS, TOWN, code, new_key
from .pictures import film, seen, straight

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not vite.manifest(), reason="the front end has not been built"),
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed"),
]

NOW = datetime.now(UTC)
FRESH: dict[str, Any] = {
    "issued": int((NOW - timedelta(hours=1)).timestamp()),
    "expires": int((NOW + timedelta(hours=20)).timestamp()),
}
OVER: dict[str, Any] = {
    "issued": int((NOW - timedelta(days=2)).timestamp()),
    "expires": int((NOW - timedelta(days=1)).timestamp()),
}
NEIGHBOUR_PEM, NEIGHBOUR = new_key(b"neighbor", "https://parvis.example.org/carmel", "carmel")
ALL_KEYS = {**KEYS, NEIGHBOUR.kid: NEIGHBOUR}
REVOKED = "ffffffffffffffff"
ASK = """(code) => new Promise((done) => {
  const box = document.querySelector("[data-check]");
  box.addEventListener("parvis:verdict", (event) => done(event.detail), { once: true });
  box.dispatchEvent(new CustomEvent("parvis:code", { detail: code }));
})"""

SHOW = """(code) => {
  document.querySelector("[data-check]").dispatchEvent(new CustomEvent("parvis:code", { detail: code }));
}"""
LET_GO = """document.querySelector("[data-video]").srcObject.getTracks().every((one) => one.readyState === "ended")"""


class Door:
    """Answers the checker's browser; `line` is whether there is one, `revoked` what the list holds."""

    def __init__(self) -> None:
        self.line, self.revoked, self.problems = True, [REVOKED], list[str]()
        self.asked: list[str] = []
        self.page = _page()

    def answer(self, route: Any, request: Any) -> None:
        """Give the browser what the house would."""
        path = urlsplit(request.url).path
        self.asked.append(path)
        if path.startswith("/static/ui/dist/"):
            file = vite.BUILT / path.removeprefix("/static/ui/dist/")
            route.fulfill(body=file.read_bytes(), content_type=mimetypes.guess_type(file.name)[0])
        elif path.startswith("/.well-known/") and not self.line:
            route.abort("internetdisconnected")
        elif path.endswith("keys.json"):
            names = {TOWN: "Sainte-Épreuve", "carmel": "Carmel"}
            keys = [
                {"kty": "EC", "crv": "P-256", "kid": text_of(key.kid), "x": text_of(key.x), "y": text_of(key.y),
                 "iss": key.issuer, "town": key.town, "name": names[key.town]}
                for key in ALL_KEYS.values()
            ]  # fmt: skip
            route.fulfill(json={"keys": keys})
        elif path.endswith("revoked.json"):
            route.fulfill(json={"revoked": self.revoked})
        elif path.endswith("/verifier/"):
            policy = {"Content-Security-Policy": POLICY.format(tiles="", inline="")}
            route.fulfill(status=200, content_type="text/html; charset=utf-8", body=self.page, headers=policy)
        else:
            route.fulfill(status=200, content_type="text/css", body="")


def _page() -> str:
    """The page as a visitor gets it."""
    request: Any = RequestFactory().get(f"/{TOWN}/verifier/")
    request.territory = SimpleNamespace(
        name="Sainte-Épreuve", slug=TOWN, brand="#0f5c4f", timezone="America/Toronto", is_fictional=True, phone="",
        opening_hours="",
    )  # fmt: skip
    request.language_prefix, request.town_prefix = "", f"/{TOWN}"
    request._messages = CookieStorage(request)
    request.actor, request.person = Actor(), None
    request.user = SimpleNamespace(is_authenticated=False)
    with translation.override("fr"), override_settings(UI_SHELL=""):  # what the portal puts around it asks the database
        return checking.check(request).content.decode()


@pytest.fixture(scope="module")
def camera(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A browser whose camera sees a resident's code on a phone."""
    path = film(code(**FRESH), tmp_path_factory.mktemp("camera") / "seen.mjpeg")
    fake = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={path}",
    ]
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *fake])
    yield browser
    browser.close()


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def page(camera: Any, door: Door) -> Iterator[Page]:
    context = camera.new_context(viewport={"width": 390, "height": 844}, locale="fr-CA", service_workers="block")
    context.route("**/*", door.answer)
    page = context.new_page()
    page.on("pageerror", lambda error: door.problems.append(str(error)))
    visit(page)
    yield page
    context.close()
    assert door.problems == []


def visit(page: Page) -> None:
    page.goto(f"{SITE}/{TOWN}/verifier/")
    page.wait_for_selector("html[data-check-ready]", timeout=8000)


CASES = {
    Verdict.GOOD: code(**FRESH),
    Verdict.NO_CARD: "https://example.org/menu",
    Verdict.ALTERED: code(pem=new_key()[0], **FRESH),
    Verdict.UNKNOWN: code(kid=b"somebody", **FRESH),
    Verdict.ELSEWHERE: code(pem=NEIGHBOUR_PEM, kid=NEIGHBOUR.kid, issuer=NEIGHBOUR.issuer, **FRESH),
    Verdict.REVOKED: code(code_id=bytes.fromhex(REVOKED), **FRESH),
    Verdict.CLOCK: code(issued=FRESH["expires"] - 60, expires=FRESH["expires"]),
    Verdict.EXPIRED: code(form=Form.PAPER, **OVER),
    Verdict.OLD_PICTURE: code(**OVER),
}


def test_each_verdict_has_a_colour_a_sign_and_a_word(page: Page) -> None:
    words = set()
    for verdict, text in CASES.items():
        assert page.evaluate(ASK, text) == verdict
        panel = page.locator("[data-verdict] > .verdict")
        assert panel.get_attribute("data-kind") == verdict
        assert SAID[verdict].kind in (panel.get_attribute("class") or "")
        assert panel.locator("svg").count() == 1
        assert "__" not in panel.inner_text()
        words.add(panel.locator("h2").inner_text())
        colour = panel.evaluate("(one) => getComputedStyle(one).borderColor")
        assert colour != "rgb(0, 0, 0)"
    assert len(words) == len(CASES)
    page.evaluate(ASK, CASES[Verdict.ELSEWHERE])
    assert "Carmel" in page.locator("[data-verdict]").inner_text()
    page.evaluate(ASK, CASES[Verdict.GOOD])
    assert "Judith Moreau" in page.locator("[data-verdict]").inner_text()


def test_a_place_for_residents_only(page: Page) -> None:
    page.evaluate("document.querySelector('[data-check]').dataset.residentsOnly = ''")
    assert page.evaluate(ASK, code(**FRESH)) == Verdict.GOOD
    assert page.evaluate(ASK, code(resident=False, **FRESH)) == Verdict.NOT_RESIDENT
    assert page.evaluate(ASK, code(resident=None, **FRESH)) == Verdict.OTHER_SIDE
    assert page.evaluate(ASK, code(resident=1, **FRESH)) == Verdict.NOT_RESIDENT


def changed(rng: random.Random) -> str:
    """A card that somebody changed, as in test_token."""
    data = bytearray(base45.b45decode(code(**FRESH).removeprefix(PREFIX)))
    at = rng.randrange(len(data))
    match rng.randrange(5):
        case 0:
            for _ in range(rng.randint(1, 4)):
                data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        case 1:
            del data[at : at + rng.randint(1, 6)]
        case 2:
            data[at:at] = rng.randbytes(rng.randint(1, 6))
        case 3:
            data[at:at] = data[at : at + rng.randint(1, 40)]
        case 4:
            data[-64:] = rng.choice([rng.randbytes(64), bytes(64), b"\xff" * 64])
    return PREFIX + base45.b45encode(bytes(data)).decode()


def test_five_hundred_changed_cards_are_refused_with_the_servers_own_words(page: Page) -> None:
    rng = random.Random(20260601)
    cards = [changed(rng) for _ in range(500)]
    loop = "const found = []; for (const card of cards) found.push(await ask(card)); return found;"
    ask_all = f"async (cards) => {{ const ask = {ASK}; {loop} }}"
    found = page.evaluate(ask_all, cards)
    assert Verdict.GOOD not in found
    told = [read(text, keys=ALL_KEYS, revoked={REVOKED}, here=TOWN, now=NOW).verdict for text in cards]
    assert [(theirs, ours) for theirs, ours in zip(found, told, strict=True) if theirs != ours] == []


def test_what_is_kept_verifies_without_a_line_and_a_line_brings_the_new_list(page: Page, door: Door) -> None:
    door.line = False
    page.reload()
    page.wait_for_selector("html[data-check-ready]", timeout=8000)
    assert page.evaluate(ASK, CASES[Verdict.GOOD]) == Verdict.GOOD
    assert page.evaluate(ASK, CASES[Verdict.REVOKED]) == Verdict.REVOKED
    door.line, door.revoked = True, ["0123456789abcdef"]
    page.evaluate("dispatchEvent(new Event('online'))")
    for _ in range(40):
        if page.evaluate(ASK, CASES[Verdict.GOOD]) == Verdict.REVOKED:
            break
        page.wait_for_timeout(50)
    else:
        raise AssertionError("the new list has not come")


def test_an_old_list_says_so(page: Page, door: Door) -> None:
    aged = """(days) => caches.open("card-lists").then(async (cache) => {
      const url = "/.well-known/parvis-card-revoked.json";
      const body = await (await cache.match(url)).text();
      await cache.put(url, new Response(body, { headers: { "X-Kept-At": String(Date.now() - days * 86400000) } }));
    })"""
    page.evaluate(aged, 3)
    door.line = False
    page.reload()
    page.wait_for_selector("html[data-check-ready]", timeout=8000)
    assert "late" in (page.locator("[data-list]").get_attribute("class") or "")


def test_a_device_without_keys_says_so_and_accepts_nothing(page: Page, door: Door) -> None:
    page.evaluate("caches.delete('card-lists')")
    door.line = False
    page.reload()
    page.wait_for_selector("html[data-check-ready]", timeout=8000)
    page.evaluate(SHOW, CASES[Verdict.GOOD])
    page.wait_for_timeout(300)
    assert page.locator("[data-verdict] > *").count() == 0
    assert page.locator("[data-said]").inner_text() != ""


def test_a_photo_of_the_code(page: Page, tmp_path: Any) -> None:
    for name, picture in (("straight", straight(code(**FRESH))), ("table", seen(code(**FRESH), size=(1600, 1200)))):
        path = tmp_path / f"{name}.png"
        picture.save(path)
        page.evaluate("document.querySelector('[data-verdict]').replaceChildren()")
        page.locator("[data-picture]").set_input_files(path)
        page.wait_for_selector("[data-verdict] > [data-kind=good]")
    nothing = tmp_path / "nothing.png"
    straight("x").resize((40, 40)).crop((0, 0, 12, 12)).save(nothing)
    page.locator("[data-picture]").set_input_files(nothing)
    for _ in range(40):
        if page.locator("[data-said]").inner_text():
            return
        page.wait_for_timeout(50)
    raise AssertionError("nothing was said of a photo without a code")


def test_the_camera_reads_the_code_and_is_let_go(page: Page) -> None:
    page.locator("[data-start]").click()
    page.wait_for_selector("[data-verdict] > [data-kind=good]", timeout=10_000)
    assert page.locator("[data-window]").is_visible()
    page.locator("[data-stop]").click()
    assert not page.locator("[data-window]").is_visible()
    assert page.evaluate(LET_GO)


def test_nothing_of_a_card_leaves_the_device(page: Page, door: Door) -> None:
    door.asked.clear()
    page.evaluate(ASK, CASES[Verdict.GOOD])
    page.wait_for_timeout(200)
    assert door.asked == []


def test_the_checker_is_light(page: Page, door: Door) -> None:
    """Everything the page fetches of ours, as it travels (Brotli), within the budget of a first page view."""
    files = {path for path in door.asked if path.startswith("/static/ui/dist/")}
    built = [vite.BUILT / path.removeprefix("/static/ui/dist/") for path in files]
    packed = [file.with_name(f"{file.name}.br") for file in built]
    assert (
        sum((small if small.exists() else file).stat().st_size for small, file in zip(packed, built, strict=True)) < 1e5
    )
    assert any("/decode-" in path for path in files)
