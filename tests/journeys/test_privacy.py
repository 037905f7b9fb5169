"""«Delete everything about me», and a privacy officer's incident day."""

import io
import zipfile

import pytest
from playwright.sync_api import expect

from .browsing import DESKTOP, arriving, faults
from .test_pages_on_the_way import link_to

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.slow]

TOWN = "/val-des-pins"
OFFICE = f"{TOWN}/bureau/confidentialite"
ZOE = "zoe@example.org"


def press(person, selector):
    """Press the last such button, and arrive."""
    with arriving(person.page):
        person.page.locator(selector).last.click()


def choose(page, name, value):
    """Press the words of a choice."""
    page.locator(f"label:has(input[name={name}][value='{value}'])").click()


def test_delete_everything_about_me(live, visitor):
    """Zoé signs up, reports, agrees and takes it back, takes a copy, is erased by the officer, closes her account."""
    zoe, officer = visitor(**DESKTOP, java_script_enabled=False), visitor(**DESKTOP)
    person = arrive(live, zoe)
    code = report(live, zoe, person)
    page = zoe.go(f"{TOWN}/mon-espace/consentements/")
    said = page.locator("main form:has(input[value='cases.share_contact']) button")
    assert said.get_attribute("value") == "yes", "off until it is switched on"
    for expected in (True, False):
        with arriving(page):
            said.click()
        newest = "SELECT is_given FROM privacy_consent WHERE person_id = %s ORDER BY id DESC LIMIT 1"
        assert live.value(newest, person) is expected
    take_a_copy(live, zoe, person)

    zoe.go(f"{TOWN}/mon-espace/donnees/effacer/")
    press(zoe, "main form button")
    asked = live.value("SELECT id FROM privacy_erasurerequest WHERE person_id = %s", person)
    officer.become("nadia")
    desk = officer.go(f"{OFFICE}/{asked}/")
    desk.locator("label:has(input[name=sure])").click()
    press(officer, "form[action$='/effacer/'] button")
    assert live.value("SELECT state FROM privacy_erasurerequest WHERE id = %s", asked) == "done"
    left = "SELECT description, person_id FROM issues_issue WHERE code = %s"
    assert live.rows(left, code) == [("", None)], "the problem stays, without her and her words"
    assert live.value("SELECT count(*) FROM privacy_forgotten WHERE person_id = %s AND what = 'erased'", person)

    zoe.go(f"{TOWN}/mon-espace/donnees/fermer/")
    press(zoe, "main form button")
    assert live.value("SELECT name || email || phone || address FROM identity_person WHERE id = %s", person) == "–"
    assert not live.value("SELECT count(*) FROM identity_account WHERE person_id = %s", person)


def arrive(live, zoe):
    """Make an account and let the town see it."""
    page = zoe.go(f"{TOWN}/compte/inscription/")
    page.locator("input[name=name]").fill("Zoé Sans-Trace")
    page.locator("input[name=email]").fill(ZOE)
    if page.locator("input[name=password1]").count():
        page.locator("input[name=password1]").fill("des mots de passe longs")
    press(zoe, "main form button.wide")
    zoe.go(link_to(live, ZOE, "/courriel/confirmer/"))
    if "/courriel/confirmer/" in zoe.path:
        press(zoe, "main form button:not([type=button])")
    zoe.go(f"{TOWN}/compte/entrer/")
    if page.locator("main form button:not([name=later])").count():
        press(zoe, "main form button:not([name=later])")
    return live.value("SELECT id FROM identity_person WHERE email = %s", ZOE)


def report(live, zoe, person):
    """Report something, and return its code."""
    page = zoe.go(f"{TOWN}/signalements/nouveau")
    page.locator("input[name=place_address]").fill("principale")
    page.locator("textarea[name=description]").fill("Devant chez moi, je suis malade et je ne peux pas sortir.")
    page.locator("label.tile:has(input[name=category])").first.click()
    press(zoe, "main form button:not([type=button])")
    if page.locator("input[name=place_choice]").count():
        page.locator("label:has(input[name=place_choice])").first.click()
        press(zoe, "main form button:not([type=button])")
    return live.value("SELECT code FROM issues_issue WHERE person_id = %s", person)


def take_a_copy(live, zoe, person):
    """Fetch everything: her words and what she agreed to are in it."""
    page = zoe.go(f"{TOWN}/mon-espace/donnees/")
    press(zoe, "form[action$='/emporter/'] button")
    live.until("SELECT ready_at IS NOT NULL FROM privacy_personexport WHERE person_id = %s", person)
    zoe.go(f"{TOWN}/mon-espace/donnees/")
    link = page.locator("main a[href*='/emporter/']").first.get_attribute("href")
    with zipfile.ZipFile(io.BytesIO(zoe.context.request.get(f"{live.url}{link}").body())) as archive:
        words = {name: archive.read(name).decode() for name in archive.namelist()}
    assert "je suis malade" in words["val-des-pins/issues.json"]
    assert "cases.share_contact" in words["val-des-pins/privacy-consents.csv"]


def test_an_incident_day(live, visitor):
    """A tablet is lost: noted, assessed, told to the Commission and the families, closed; the register is a file."""
    nadia = visitor(**DESKTOP)
    nadia.become("nadia")
    page = nadia.go(f"{OFFICE}/incidents/nouveau/")
    choose(page, "kind", "loss")
    page.locator("textarea[name=circumstances]").fill("Un classeur est oublié dans l'autobus.")
    page.locator("textarea[name=data_involved]").fill("Noms et adresses de 60 familles.")
    page.locator("input[name=people_count]").fill("60")
    press(nadia, "main form button:not([type=button])")
    found, problems = nadia.path, faults(nadia)
    code = page.locator("h1").inner_text()

    for name, level in (("sensitivity", 2), ("consequences", 2), ("likelihood", 3)):
        choose(page, name, level)
    choose(page, "is_serious", 1)
    page.locator("textarea[name=reasons]").fill("On ne sait pas qui l'a pris.")
    press(nadia, "form:has(textarea[name=reasons]) button:not([type=button])")
    problems += faults(nadia)
    press(nadia, "form:has(input[value=close]) button")
    assert live.value("SELECT closed_at IS NULL FROM privacy_incident WHERE code = %s", code), "nobody was told"

    for to in ("commission", "personnes"):
        nadia.go(f"{found}avis/{to}/")
        expect(page.locator("main")).to_contain_text("Un classeur est oublié")
        problems += faults(nadia)
    nadia.go(found)
    press(nadia, "form:has(input[value=commission]) button")
    press(nadia, "form:has(input[value=people]) button")
    press(nadia, "form:has(input[value=close]) button")
    assert live.value("SELECT closed_at IS NOT NULL FROM privacy_incident WHERE code = %s", code)
    register = nadia.context.request.get(f"{live.url}{OFFICE}/incidents.csv").text()
    assert code in register
    assert not problems, "\n".join(problems)


def test_a_policy_that_lacks_something_is_not_published(live, visitor):
    """The officer publishes too early, is told what is missing beside each field, completes it, publishes."""
    nadia = visitor(**DESKTOP)
    nadia.become("nadia")
    page = nadia.go(f"{OFFICE}/politique/en/")
    press(nadia, "button[name=publish]")
    assert page.locator("[aria-invalid=true]").count() == 5
    for box in page.locator("[aria-invalid=true]").all():
        box.fill("Town hall")
    press(nadia, "button[name=publish]")
    page = nadia.go(f"/en{TOWN}/confidentialite/")
    expect(page.locator("main")).to_contain_text("Town hall")
    assert not faults(nadia)
