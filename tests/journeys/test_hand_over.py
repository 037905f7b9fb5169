"""Work that is not ours to do: the regional body solves one report, a workshop takes on another, on a phone."""

import pytest
from playwright.sync_api import expect

from .browsing import DESKTOP, PHONE, violations

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.slow]

SENT = (
    "SELECT c.code FROM cases_handover h JOIN cases_case c ON c.id = h.case_id"
    " JOIN tenancy_territory t ON t.id = h.territory_id"
    " WHERE t.slug = 'val-des-pins' AND h.side = 'sent' AND h.organisation_id IS {}"
)


def test_the_regional_body_solves_it_and_it_comes_home(live, visitor):
    home = live.value(SENT.format("NULL"))
    there = "SELECT h.other_code FROM cases_handover h JOIN cases_case c ON c.id = h.case_id WHERE c.code = %s"
    code = live.until(f"{there} AND h.side = 'sent' AND h.other_code <> ''", home)
    live.until("SELECT count(*) FROM issues_issue WHERE code = %s", code)

    clerk = visitor(**DESKTOP)
    clerk.become("mireille")
    page = clerk.go(f"/mrc-des-trois-sources/bureau/dossiers/{code}/")
    assert violations(page, within=".screen") == []
    page.locator("form[action$='/accept/'] button").first.dblclick()
    page.wait_for_load_state("networkidle")
    live.until("SELECT count(*) FROM issues_issue WHERE code = %s AND status = 'accepted'", home)
    page.locator("textarea[name=answer]").fill("Ponceau remplacé par la MRC.")
    page.locator("form[action$='/resolve/'] button").first.click()
    page.wait_for_load_state("networkidle")
    live.until("SELECT count(*) FROM issues_issue WHERE code = %s AND status = 'resolved'", home)
    assert live.value("SELECT answer FROM issues_issue WHERE code = %s", home) == "Ponceau remplacé par la MRC."

    page.emulate_media(media="print")
    expect(page.locator(".sidebar").first).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".print-only")).to_be_visible()
    assert page.locator("main button:visible, .screen textarea:visible").count() == 0


def test_a_workshop_takes_it_on_from_a_phone(live, visitor):
    code = live.value(SENT.format("NOT NULL"))
    owner = visitor(**PHONE)
    owner.become("henri")
    page = owner.go("/val-des-pins/mon-espace/demandes/")
    page.locator("a[href$='/demandes/confiees/']").click()
    page.locator("main a[href*='/confiees/0']").first.click()
    page.wait_for_load_state("networkidle")
    assert code in page.locator("main").inner_text()
    assert not owner.scrolls_sideways
    assert violations(page) == []
    page.locator("form[action$='/accepter/'] button").dblclick()
    page.wait_for_url("**/confiees/**")
    page.locator("form[action$='/terminer/'] textarea").fill("Soudé et repeint.")
    page.locator("form[action$='/terminer/'] button").click()
    page.wait_for_load_state("networkidle")
    state = "SELECT h.state FROM cases_handover h JOIN cases_case c ON c.id = h.case_id WHERE c.code = %s"
    assert live.value(state, code) == "done"
    assert page.locator("form[action$='/terminer/']").count() == 0
