"""«Delete everything about me», and a privacy officer's incident day."""

import io
import zipfile

import pytest
from playwright.sync_api import expect

from .browsing import DESKTOP, PHONE, arriving, faults

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.slow]

TOWN = "/val-des-pins"
OFFICE = f"{TOWN}/bureau/confidentialite"
KEVIN = "(SELECT id FROM identity_person WHERE email = 'kevin@example.org')"


def press(person, selector):
    """Press the last such button, and arrive."""
    with arriving(person.page):
        person.page.locator(selector).last.click()


def test_delete_everything_about_me(live, visitor):
    """Kevin looks at what is kept, switches a consent off, takes a copy, asks for erasure; the officer does it."""
    kevin, officer = visitor(**PHONE), visitor(**DESKTOP)
    kevin.become("kevin")
    home = live.rows(
        f"SELECT t.slug FROM tenancy_territory t JOIN identity_presence p ON p.territory_id = t.id "
        f"WHERE p.person_id = {KEVIN} AND p.withdrawn_at IS NULL"
    )
    town = f"/{home[0][0]}"
    page = kevin.go(f"{town}/mon-espace/consentements/")
    said = page.locator("main form:has(input[value='cases.share_contact']) button")
    assert said.get_attribute("value") == "yes", "off until it is switched on"
    for expected in (True, False):
        with arriving(page):
            said.click()
        newest = f"SELECT is_given FROM privacy_consent WHERE person_id = {KEVIN} ORDER BY id DESC LIMIT 1"
        assert live.value(newest) is expected
    assert not faults(kevin)

    kevin.go(f"{town}/mon-espace/donnees/")
    press(kevin, "form[action$='/emporter/'] button")
    live.until(f"SELECT ready_at IS NOT NULL FROM privacy_personexport WHERE person_id = {KEVIN}")
    kevin.go(f"{town}/mon-espace/donnees/")
    link = page.locator("main a[href*='/emporter/']").first.get_attribute("href")
    body = kevin.context.request.get(f"{live.url}{link}").body()
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert {"LISEZMOI.txt", f"{home[0][0]}/privacy.json"} <= set(archive.namelist())
        assert "cases.share_contact" in archive.read(f"{home[0][0]}/privacy.json").decode()

    for row in home:
        kevin.go(f"/{row[0]}/mon-espace/donnees/effacer/")
        press(kevin, "main form button")
        asked = live.value(
            f"SELECT r.id FROM privacy_erasurerequest r JOIN tenancy_territory t ON t.id = r.territory_id "
            f"WHERE r.person_id = {KEVIN} AND t.slug = %s AND r.state = 'asked'",
            row[0],
        )
        officer.become(staff_of(row[0]))
        desk = officer.go(f"/{row[0]}/bureau/confidentialite/{asked}/")
        desk.locator("input[name=sure]").check(force=True)
        press(officer, "form[action$='/effacer/'] button")
        assert live.value("SELECT state FROM privacy_erasurerequest WHERE id = %s", asked) == "done"
    assert not live.value(f"SELECT count(*) FROM identity_presence WHERE person_id = {KEVIN} AND withdrawn_at IS NULL")
    live.until(f"SELECT count(*) FROM privacy_forgotten WHERE person_id = {KEVIN} AND what = 'erased'")

    kevin.go(f"{town}/mon-espace/donnees/fermer/")
    person = live.value(f"SELECT {KEVIN}")
    press(kevin, "main form button")
    assert live.value("SELECT name || email || phone || address FROM identity_person WHERE id = %s", person) == ""
    assert not live.value("SELECT count(*) FROM identity_account WHERE person_id = %s", person)


def staff_of(slug):
    """Who manages personal data in a town of the demo."""
    return {"val-des-pins": "nadia"}[slug]


def test_an_incident_day(live, visitor):
    """A tablet is lost: noted, assessed, told to the Commission and the families, closed; the register is a file."""
    nadia = visitor(**DESKTOP)
    nadia.become("nadia")
    page = nadia.go(f"{OFFICE}/incidents/nouveau/")
    page.locator("input[name=kind][value=loss]").check(force=True)
    page.locator("textarea[name=circumstances]").fill("Un classeur est oublié dans l'autobus.")
    page.locator("textarea[name=data_involved]").fill("Noms et adresses de 60 familles.")
    page.locator("input[name=people_count]").fill("60")
    press(nadia, "main form button:not([type=button])")
    found, problems = nadia.path, faults(nadia)
    code = page.locator("h1").inner_text()

    for name, level in (("sensitivity", 2), ("consequences", 2), ("likelihood", 3)):
        page.locator(f"input[name={name}][value='{level}']").check(force=True)
    page.locator("input[name=is_serious][value='1']").check(force=True)
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
