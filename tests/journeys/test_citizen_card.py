"""A card without a line: shown, read by a stranger's phone, counted at the pool, lost and refused."""

import re

import pytest
from playwright.sync_api import expect

from .browsing import PHONE, arriving, faults, until

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.slow]

TOWN = "/val-des-pins"
CARD = f"{TOWN}/mon-espace/carte/"
CHECK = f"{TOWN}/verifier/"
POOL = f"{CHECK}lieux/piscine-municipale/"
NO_LINE = re.compile("ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch|ERR_CONNECTION|ERR_NETWORK")
KEPT = """caches.match(location.href).then(Boolean)"""
WITH_READER = """Promise.all([
  caches.match(location.href).then(Boolean),
  caches.open('files').then((files) => files.keys()).then((keys) => keys.some((key) => key.url.includes('/decode-'))),
]).then((all) => all.every(Boolean))"""


@pytest.fixture
def phone(visitor):
    """`phone()`: a phone whose service worker lives; what it met without a line is no error."""
    made = []

    def one():
        made.append(visitor(**PHONE, service_workers="allow"))
        return made[-1]

    yield one
    for person in made:
        person.watch.problems[:] = [line for line in person.watch.problems if not NO_LINE.search(line)]


def on_the_phone(person, path, kept=KEPT):
    """Open a page once, with a line: from then on it is on the phone."""
    page = person.go(path)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    until(page, kept, seconds=30)
    return page


def shown(person, path):
    """A picture of the code on somebody's screen, as another phone takes it."""
    person.page.locator(".sides .side:visible .qr").screenshot(path=path)
    return path


def verdict(person, picture):
    """What a checker says of a picture."""
    person.page.evaluate("document.querySelector('[data-verdict]').replaceChildren()")
    person.page.locator("[data-picture]").set_input_files(picture)
    panel = person.page.locator("[data-verdict] > .verdict")
    panel.wait_for()
    return panel.get_attribute("data-kind")


def test_from_the_screen_to_the_verdict_without_a_line(live, phone, tmp_path):
    """Monique's phone and the checker's have no line; then she loses hers, and its code is refused."""
    monique, checker, next_door = phone(), phone(), phone()
    monique.become("monique")
    page = on_the_phone(monique, CARD)
    assert not (wrong := faults(monique)), "\n".join(wrong)
    monique.context.set_offline(True)
    page.goto(f"{live.url}{CARD}")
    assert page.locator("html[data-kept]").count() == 1, "the card opens without a line"
    code = shown(monique, tmp_path / "pool.png")

    on_the_phone(checker, CHECK, WITH_READER)
    assert not (wrong := faults(checker)), "\n".join(wrong)
    checker.context.set_offline(True)
    checker.page.goto(f"{live.url}{CHECK}")
    checker.page.wait_for_selector("html[data-check-ready]")
    assert verdict(checker, code) == "good"
    said = checker.page.locator("[data-verdict]").inner_text()
    assert "Monique" not in said, "the pool sees whether she lives here, and no name"
    page.locator(".sides label").nth(1).tap()
    assert verdict(checker, shown(monique, tmp_path / "library.png")) == "good"
    assert "Monique" in checker.page.locator("[data-verdict]").inner_text()
    assert not (wrong := faults(checker)), "\n".join(wrong)

    next_door.go("/riviere-aux-aulnes/verifier/")
    next_door.page.wait_for_selector("html[data-check-ready]")
    assert verdict(next_door, code) == "elsewhere"

    monique.context.set_offline(False)
    page = monique.go(CARD)
    page.locator("details summary", has_text=re.compile("Perdue|Lost")).tap()
    page.locator("details input[value=lost]").check()
    with arriving(page):
        page.locator("main details form button").tap()
    lost = "SELECT count(*) FROM card_card WHERE ended_because = 'lost' AND ended_at > now() - interval '1 minute'"
    assert live.value(lost) == 1
    assert verdict(checker, code) == "good", "without a line nobody can know yet"
    checker.context.set_offline(False)
    checker.page.evaluate("dispatchEvent(new Event('online'))")
    for _ in range(40):
        if verdict(checker, code) == "revoked":
            break
        checker.page.wait_for_timeout(100)
    assert verdict(checker, code) == "revoked"
    monique.go(CARD)
    assert verdict(checker, shown(monique, tmp_path / "new.png")) == "good"


def test_a_day_at_the_pool_without_a_line(live, phone, tmp_path):
    """Nadia counts at the pool, far from any line: it is counted once when she is back, and taken back once."""
    nadia, monique = phone(), phone()
    monique.become("monique")
    monique.go(CARD)
    code = shown(monique, tmp_path / "pool.png")
    nadia.become("nadia")
    page = on_the_phone(nadia, POOL, WITH_READER)
    assert not (wrong := faults(nadia)), "\n".join(wrong)
    count = (
        "SELECT count(*) FROM card_visit v JOIN card_place p ON p.id = v.place_id "
        "WHERE p.slug = 'piscine-municipale' AND v.received_at > now() - interval '1 hour'"
    )
    before = live.value(count)
    nadia.context.set_offline(True)
    page.goto(f"{live.url}{POOL}")
    page.wait_for_selector("html[data-check-ready]")
    for n in range(1, 4):
        if n < 3:
            assert verdict(nadia, code) == "good"
            assert page.locator("[data-verdict] .again").count() == n - 1, "the second time it is said"
        page.locator("[data-enter] button").tap()
        expect(page.locator("[data-count]")).to_contain_text(str(n))
    page.locator("[data-take-back]").tap()
    expect(page.locator("[data-count]")).to_contain_text("2")
    assert live.value(count) == before
    page.goto(f"{live.url}{POOL}")
    page.wait_for_selector("html[data-check-ready]")
    expect(page.locator("[data-count]")).to_contain_text("2")
    nadia.context.set_offline(False)
    live.until(f"SELECT ({count} AND v.taken_back_at IS NOT NULL) = 1", seconds=60)  # the last of all that was sent
    assert live.value(count) == before + 3
    marked = f"{count} AND v.mark <> '' AND v.resident"
    assert live.value(marked) == 2
    assert live.value(f"{marked} AND v.again") == 1
