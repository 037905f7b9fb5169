"""Work that is not ours to do: the regional body solves one report, a workshop takes on another, on a phone."""

import pytest
from playwright.sync_api import expect

from .browsing import DESKTOP, PHONE, arriving, faults, until
from .pages import REGION, TOWN

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.slow]

STATUS = "SELECT count(*) FROM issues_issue WHERE code = %s AND status = %s"


def take(clerk, said, category=""):
    """Take a report at the counter from somebody who leaves an e-mail; return its code."""
    page = clerk.go(f"{TOWN}/bureau/signalements/nouveau/?channel=counter")
    page.locator("textarea[name=description]").fill(said)
    page.locator("[data-address]").press_sequentially("principale", delay=20)
    page.wait_for_selector("[role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('[data-lat]').value !== ''")
    page.locator("select[name=category]").select_option(**({"value": category} if category else {"index": 1}))
    page.locator("input[name=name]").fill("Lise O'Neill")
    page.locator("input[name=email]").fill("lise@example.org")
    page.locator("main form[data-once] button:not([type=button])").last.click()
    page.wait_for_url("**/dossiers/**")
    return clerk.path.rstrip("/").rsplit("/", 1)[-1]


def hand_over(clerk, code, to):
    """Hand a case over, with two presses of an impatient finger."""
    page = clerk.go(f"{TOWN}/bureau/dossiers/{code}/")
    page.locator("details:has(form[action$='/hand-over/']) > summary").click()
    form = page.locator("form[action$='/hand-over/']")
    form.locator("select[name=to]").select_option(label=to)
    form.locator("textarea").fill("C'est chez vous.")
    form.locator("button").dblclick()
    clerk.live.until("SELECT h.id FROM cases_handover h JOIN cases_case c ON c.id = h.case_id WHERE c.code = %s", code)
    clerk.go(f"{TOWN}/bureau/dossiers/{code}/")
    assert to in page.locator("main").inner_text()


def name_of(live, table, slug):
    return live.value(f"SELECT name FROM {table} WHERE slug = %s", slug)


def new_category(clerk):
    """A kind of problem that only this town knows: whoever receives one of it has to say what it is there."""
    page = clerk.go(f"{TOWN}/bureau/signalements/categories/nouvelle/")
    page.locator("input[name=label_fr]").fill("Castor d'Amours")
    for box in page.locator("main form input[type=text][required]").all():
        if not box.input_value():
            box.fill("Castor d'Amours")
    with arriving(page):
        page.locator("main form[method=post] button:not([type=button]):not([name=preview])").last.click()


def test_the_regional_body_solves_it_and_it_comes_home(live, visitor):
    nadia, etienne, lise, found = visitor(**DESKTOP), visitor(**DESKTOP), visitor(**PHONE), []
    nadia.become("nadia")
    new_category(nadia)
    own = live.value("SELECT slug FROM issues_category WHERE label_fr = %s", "Castor d'Amours")
    home = take(nadia, "Un barrage sous le ponceau.", own)
    hand_over(nadia, home, name_of(live, "tenancy_territory", REGION[1:]))
    found += faults(nadia)
    code = live.until(
        "SELECT h.other_code FROM cases_handover h JOIN cases_case c ON c.id = h.case_id WHERE c.code = %s", home
    )
    assert live.value("SELECT count(*) FROM cases_handover WHERE other_code = %s", home) == 1

    etienne.become("etienne")
    page = etienne.go(f"{REGION}/bureau/dossiers/recus/")
    assert home in page.locator("main").inner_text()
    found += faults(etienne)
    etienne.go(f"{REGION}/bureau/dossiers/{code}/")
    found += faults(etienne)
    page.locator("form[action$='/recevoir/'] button").dblclick()
    live.until(STATUS, code, "reported")
    etienne.go(f"{REGION}/bureau/dossiers/{code}/")
    found += faults(etienne)
    page.locator(f"form[action$='/dossiers/{code}/accept/'] button").first.dblclick()
    page.wait_for_load_state("networkidle")
    live.until(STATUS, home, "accepted")
    etienne.go(f"{REGION}/bureau/dossiers/{code}/")
    page.locator("textarea[name=answer]").fill("Ponceau remplacé par la MRC.")
    with arriving(page):
        page.locator("form[action$='/resolve/'] button").first.click()
    live.until(STATUS, home, "resolved")
    assert live.value("SELECT answer FROM issues_issue WHERE code = %s", home) == "Ponceau remplacé par la MRC."

    path = live.until(
        "SELECT substring(text FROM '(/val-des-pins/[^[:space:]]*/demandes/lien/[^[:space:]]+)') "
        "FROM delivery_localcopy WHERE address = 'lise@example.org' AND text LIKE %s ORDER BY at DESC LIMIT 1",
        "%/demandes/lien/%",
    )
    page = lise.go(path)
    assert home in page.locator("main").inner_text()
    found += faults(lise)
    page.locator("button[name=rating][value='3']").tap()
    expect(page.locator("main [role=status]").first).to_be_visible()
    assert live.value("SELECT satisfaction FROM cases_case WHERE code = %s", home) == 3, "the answer is kept"

    page = etienne.go(f"{REGION}/bureau/dossiers/{code}/")
    page.emulate_media(media="print")
    expect(page.locator(".sidebar").first).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
    assert page.locator("main button:visible, .screen textarea:visible").count() == 0
    assert not found, "\n".join(found)


def test_the_regional_body_sends_it_back_and_the_town_goes_on(live, visitor):
    nadia, etienne, found = visitor(**DESKTOP), visitor(**DESKTOP), []
    nadia.become("nadia")
    home = take(nadia, "Le garde-fou du petit pont est plié.")
    due = live.value("SELECT due_at FROM cases_case WHERE code = %s", home)
    hand_over(nadia, home, name_of(live, "tenancy_territory", REGION[1:]))
    assert due, "a delay was promised"
    assert live.value("SELECT state FROM cases_case WHERE code = %s", home) == "waiting", "its clock stands meanwhile"
    code = live.until(
        "SELECT h.other_code FROM cases_handover h JOIN cases_case c ON c.id = h.case_id WHERE c.code = %s", home
    )
    etienne.become("etienne")
    page = etienne.go(f"{REGION}/bureau/dossiers/{code}/")
    form = page.locator("form:has(button[formaction$='/refuse/'])")
    with arriving(page):
        form.locator("button:not([formaction])").click()
    page = etienne.go(f"{REGION}/bureau/dossiers/{code}/")
    form = page.locator("form:has(button[formaction$='/return/'])")
    form.locator("input[name=text]").fill("Ce pont est au village, pas à la MRC.")
    with arriving(page):
        form.locator("button[formaction$='/return/']").click()
    found += faults(etienne)
    live.until("SELECT state = 'open' AND due_at IS NOT NULL FROM cases_case WHERE code = %s", home)
    live.until("SELECT closed_at IS NOT NULL FROM cases_case WHERE code = %s", code)

    page = nadia.go(f"{TOWN}/bureau/dossiers/{home}/")
    expect(page.locator("main blockquote")).to_contain_text("Ce pont est au village")
    found += faults(nadia)
    page.locator("form[action$='/resolve/'] textarea").fill("Redressé par nos soins.")
    with arriving(page):
        page.locator("form[action$='/resolve/'] button:not([type=button])").first.click()
    assert live.value(STATUS, home, "resolved") == 1
    assert not found, "\n".join(found)


def test_a_workshop_takes_it_on_from_a_phone(live, visitor):
    nadia, henri, found = visitor(**DESKTOP), visitor(**PHONE), []
    nadia.become("nadia")
    code = take(nadia, "La grille est cassée.")
    hand_over(nadia, code, name_of(live, "identity_organisation", "atelier-ndiaye"))
    henri.become("henri")
    page = henri.go(f"{TOWN}/mon-espace/demandes/")
    with arriving(page):
        page.locator("a[href$='/demandes/confiees/']").click()
    found += faults(henri)
    page.set_viewport_size(PHONE["viewport"])
    with arriving(page):
        page.locator(f"main li:has-text('{code}') a, main a[href*='/confiees/0']").first.click()
    assert code in page.locator("main").inner_text()
    assert "lise@example.org" not in page.content(), "nobody agreed that they be reached"
    found += faults(henri)
    page.set_viewport_size(PHONE["viewport"])
    page.locator("form[action$='/accepter/'] button").dblclick()
    page.locator("form[action$='/terminer/'] textarea").fill("Soudé et repeint.")
    with arriving(page):
        page.locator("form[action$='/terminer/'] button").click()
    state = "SELECT h.state FROM cases_handover h JOIN cases_case c ON c.id = h.case_id WHERE c.code = %s"
    live.until(f"SELECT ({state}) = 'done'", code, seconds=20)
    assert page.locator("form[action$='/terminer/']").count() == 0
    found += faults(henri)
    assert not found, "\n".join(found)
