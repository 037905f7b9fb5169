"""A student arrives from abroad: an account, an address said, a letter with a code, a resident; next door, a guest."""

import re

import pytest
from playwright.sync_api import expect

from tests.paper import text_of

from .browsing import DESKTOP, PHONE, answered, arriving, violations

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.slow]

TOWN, NEXT = "/val-des-pins", "/riviere-aux-aulnes"
HOME = f"{TOWN}/mon-espace/residence/"
EMAIL, ADDRESS = "camille.arrivante@example.org", "12, rue du Moulin"
BAR = "nav.standing"


def test_from_abroad_to_a_resident_and_a_guest_next_door(live, visitor):
    camille = visitor(**PHONE)
    makes_an_account(camille, live)
    says_where_she_lives(camille)
    code = the_clerk_prints(visitor(**DESKTOP), live)
    proves_it(camille, live, code)
    goes_next_door(camille, live)
    withdraws_from_there(camille, live)


def makes_an_account(camille, live):
    page = camille.go(f"{TOWN}/compte/inscription/")
    page.locator("input[name=email]").fill(EMAIL)
    page.locator("input[name=name]").fill("Camille Arrivante")
    page.locator("main form button.wide").first.click()
    page.wait_for_url("**/compte/courriel/envoye/")
    mail = live.until("SELECT text FROM delivery_localcopy WHERE address = %s ORDER BY at DESC LIMIT 1", EMAIL)
    camille.go(re.search(r"https?://[^/\s]+(/\S+/courriel/confirmer/\S+)", mail)[1])
    with arriving(page):
        page.locator("main form button").first.click()
    assert camille.path == f"{TOWN}/compte/entrer/", "the first visit asks"
    assert EMAIL in page.locator("main").inner_text()
    with arriving(page):
        page.locator("main form button:not([name])").click()
    assert level(camille, live) == 1


def level(camille, live):
    """What the house knows of her by itself; what a town knows is told by its pages."""
    return live.value("SELECT level FROM identity_person WHERE email = %s", EMAIL)


def says_where_she_lives(camille):
    page = camille.go(HOME)
    page.locator("input[name=address]").fill(ADDRESS)
    with answered(page):
        page.locator("form[action$='/adresse/'] button").click()
    expect(page.locator("main")).to_contain_text(ADDRESS)
    with answered(page):
        page.locator("form[action$='/lettre/'] button").click()
    expect(page.locator("form[action$='/lettre/'] button[name=back]")).to_have_count(1)
    assert not camille.scrolls_sideways()


def the_clerk_prints(nadia, live):
    """The letter, with her address; what the town keeps of its code says nothing."""
    nadia.press_to_become("nadia")
    page = nadia.go(f"{TOWN}/bureau/residents/")
    assert ADDRESS in page.locator("main").inner_text()
    with page.expect_download() as coming:
        page.locator("form[action$='/lettres/'] button").click()
    words = text_of(coming.value.path().read_bytes())
    letter = words.partition("Camille Arrivante")[2]
    assert letter.splitlines()[1] == ADDRESS
    code = re.search(r"^[A-Z2-9]{4}-[A-Z2-9]{4}$", letter, re.MULTILINE)[0]
    kept = live.rows("SELECT l::text FROM residency_letter l")
    assert all(code not in row[0] and code.replace("-", "") not in row[0] for row in kept)
    return code


def proves_it(camille, live, code):
    page = camille.go(HOME)
    camille.watch.allowed |= {422}
    page.locator("input[name=code]").fill("BBBB-BBBB")
    with answered(page):
        page.locator("form[action$='/code/'] button").click()
    assert page.locator("input[name=code]").input_value() == "BBBB-BBBB", "what was typed stays"
    page.locator("input[name=code]").fill(code.lower().replace("-", " "))
    with answered(page):
        page.locator("form[action$='/code/'] button").click()
    expect(page.locator("main .tag.ok")).to_have_count(1)
    found = "SELECT r.state, r.proof FROM residency_residency r JOIN identity_person p ON p.id = r.person_id "
    assert live.rows(f"{found} WHERE p.email = %s", EMAIL) == [("proven", "letter")]
    assert "3" in page.locator("main .pairs").inner_text()
    live.until("SELECT count(*) FROM delivery_localcopy WHERE address = %s AND channel = 'email'", EMAIL)


def goes_next_door(camille, live):
    """The first time by the list of towns; then one press in the bar, from the form she is on to the same form."""
    page = camille.go(f"{NEXT}/signalements/nouveau")
    assert camille.path == f"{NEXT}/compte/entrer/", "it says what it would see, and asks"
    assert not violations(page)
    with arriving(page):
        page.locator("main form button:not([name])").click()
    assert camille.path == f"{NEXT}/signalements/nouveau", "and goes on to where she was going"
    assert "Val-des-Pins" in page.locator(BAR).inner_text()
    with arriving(page):
        page.locator(f"{BAR} a.chip", has_text="Val-des-Pins").tap()
    assert camille.path == f"{TOWN}/signalements/nouveau"
    page.locator(f"{BAR} a.chip", has_text="Rivière-aux-Aulnes").focus()
    with arriving(page):
        page.keyboard.press("Enter")
    assert camille.path == f"{NEXT}/signalements/nouveau", "by keyboard too"
    camille.go(f"{NEXT}/mon-espace/residence/")
    assert page.locator("main .tag.ok").count() == 0, "proven at home is a guest here"
    assert not violations(page)


def withdraws_from_there(camille, live):
    page = camille.go(f"{TOWN}/mon-espace/villes/")
    assert page.locator("main section.card").count() == 2
    assert not violations(page)
    with arriving(page):
        page.locator(f"a[href^='{NEXT}/compte/sortir/']").tap()
    with arriving(page):
        page.locator("main form button").first.tap()
    assert camille.path == f"{TOWN}/mon-espace/villes/"
    assert page.locator("main section.card").count() == 1
    assert camille.page.locator(f"{BAR} a.chip", has_text="Rivière").count() == 0
