"""A clerk on the telephone: signs in with two factors, finds the caller, takes the report by keyboard, tells them."""

import pytest
from playwright.sync_api import expect

from parvis.core.identity.demo import PASSWORD

from .browsing import DESKTOP, arriving, faults, until
from .entering import set_up_app

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.slow]

TOWN = "/val-des-pins"
BUREAU = f"{TOWN}/bureau"
SAID = "Lampadaire éteint depuis mardi, coin sombre."


def test_a_report_taken_by_telephone_is_answered_and_told(live, visitor, pothole, repaired):
    clerk = visitor(**DESKTOP)
    set_up_app(clerk, BUREAU, "nadia@val-des-pins.example.org")
    monique = live.value("SELECT id FROM identity_person WHERE email = 'monique@example.org'")

    page = clerk.go(f"{BUREAU}/telephone/")
    assert page.evaluate("document.activeElement.name") == "q", "whoever picks up types at once"
    page.keyboard.type("Moniqe Tibault")
    with arriving(page):
        page.keyboard.press("Enter")
    with arriving(page):
        page.get_by_role("link", name="Monique Thibault").click()
    glance = page.locator("main").inner_text()
    assert "Monique Thibault" in glance
    assert "monique@example.org" in glance

    code = take_by_keyboard(clerk)
    issue = live.value("SELECT id FROM issues_issue WHERE code = %s", code)
    person, channel = live.rows("SELECT person_id, channel FROM cases_case WHERE code = %s", code)[0]
    assert (person, channel) == (monique, "phone")
    seen = "SELECT count(*) FROM audit_view WHERE person_id = %s"
    assert live.value(seen, monique) >= 1, "the look is in the log that she can read"

    answer_and_release(clerk, live, code, issue, repaired)
    live.until(
        "SELECT count(*) FROM delivery_localcopy WHERE person_id = %s AND channel = 'email' AND text LIKE %s",
        monique,
        "%L’ampoule est changée.%",
        seconds=60,
    )
    anybody = visitor(**DESKTOP)
    page = anybody.go(f"{TOWN}/signalements/{code}")
    public = page.locator("main").inner_text()
    assert SAID in public
    assert "Monique" not in public
    expect(page.locator(".photos img")).to_have_count(1)


def take_by_keyboard(clerk):
    """From the caller's page to the code without touching the mouse."""
    page = clerk.page
    focus(page, "a[href*='/signalements/nouveau/'][href*='person=']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/signalements/nouveau/**")
    focus(page, "textarea[name=description]")
    page.keyboard.type(SAID)
    focus(page, "[data-address]")
    page.keyboard.type("principale", delay=20)
    page.wait_for_selector("[role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('[data-lat]').value !== ''")
    focus(page, "select[name=category]")
    page.keyboard.press("ArrowDown")
    focus(page, "main form[data-once] button:not([type=button])")
    page.keyboard.press("Enter")
    page.wait_for_url("**/dossiers/**")
    return clerk.path.rstrip("/").rsplit("/", 1)[-1]


def test_a_call_about_a_kind_that_asks_is_answered_by_keyboard(live, visitor):
    """The words find the kind, the kind asks its question, the news will come in English; no mouse."""
    clerk = visitor(**DESKTOP)
    clerk.become("nadia")
    page = clerk.go(f"{BUREAU}/signalements/nouveau/?channel=phone")
    page.keyboard.type("gros nid-de-poule dans la rue")
    focus(page, "[data-address]")
    page.keyboard.type("principale", delay=20)
    page.wait_for_selector("[role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector("#suggestions input[value=nid-de-poule]")
    focus(page, "#suggestions input")
    while not page.evaluate("document.activeElement.value === 'nid-de-poule'"):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    until(page, "document.querySelector('select[name=category]').value === 'nid-de-poule'")
    page.wait_for_selector("#questions input")
    assert not faults(clerk)
    focus(page, "#questions input")
    page.keyboard.press("Space")
    answer = page.evaluate("document.activeElement.value")
    focus(page, "input[name=email]")
    page.keyboard.type("bob@example.org")
    focus(page, "select[name=language]")
    page.keyboard.type("Eng")
    focus(page, "main form[data-once] button:not([type=button])")
    page.keyboard.press("Enter")
    page.wait_for_url("**/dossiers/**")
    code = clerk.path.rstrip("/").rsplit("/", 1)[-1]
    rows = live.rows(
        "SELECT c.slug, i.answers FROM issues_issue i JOIN issues_category c ON c.id = i.category_id WHERE i.code = %s",
        code,
    )
    assert rows[0][0] == "nid-de-poule"
    assert answer in str(rows[0][1])
    assert live.value("SELECT language FROM cases_case WHERE code = %s", code) == "en"
    clerk.go(f"{BUREAU}/signalements/nouveau/")
    assert page.locator("textarea[name=description]").input_value() == "", "the next call begins with an empty page"


def focus(page, wanted):
    """Press Tab until the wanted thing has the focus."""
    for _ in range(150):
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", wanted):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard never reaches {wanted}")


def answer_and_release(clerk, live, code, issue, repaired):
    page = clerk.page
    form = page.locator("form[action$='/resolve/']")
    form.locator("textarea").fill("L’ampoule est changée.")
    form.locator("input[type=file]").set_input_files(repaired)
    with arriving(page):
        form.locator("button").first.click()
    with arriving(page):
        page.locator("form[action$='/show-text/'] button").click()
    live.until("SELECT state = 'ready' FROM files_storedfile WHERE subject_id = %s", issue)
    clerk.go(f"{BUREAU}/dossiers/{code}/")
    with arriving(page):
        page.locator("form[action$='/photo/'] button").click()
    assert live.value("SELECT is_public FROM files_storedfile WHERE subject_id = %s", issue)


def test_a_password_alone_opens_no_staff_screen(live, visitor):
    clerk = visitor(**DESKTOP)
    page = clerk.go(f"{BUREAU}/")
    page.locator("input[name=login]").fill("sophie@val-des-pins.example.org")
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/double-verification/**")
    for path in ("", "dossiers/", "telephone/?q=judith", "personnes/"):
        clerk.go(f"{BUREAU}/{path}")
        assert "/double-verification/" in clerk.path
