"""A parent on a phone: reports a hole with a photo, is told at every step, reads the answer, says it is settled."""

import io
import re

import httpx
import pytest
from PIL import Image
from playwright.sync_api import expect

from .browsing import DESKTOP, PHONE, arriving, until

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.slow]

TOWN = "/val-des-pins"
WORDS = "Gros trou devant l'école, mon fils y est tombé. Appelez-moi au 819 555-0177."
MAILS = "FROM delivery_localcopy WHERE person_id = %s AND channel = 'email'"
ANSWER = "Le trou est bouché depuis ce matin. Merci de l'avoir dit."


def test_a_report_from_the_phone_to_the_answer(live, visitor, pothole, repaired):
    henri = visitor(**PHONE)
    code = report(henri, pothole)
    issue, case = live.rows("SELECT id, case_id FROM issues_issue WHERE code = %s", code)[0]
    person = live.value("SELECT id FROM identity_person WHERE email = 'henri@example.org'")
    live.until(f"SELECT count(*) {MAILS}", person)
    live.until("SELECT state = 'ready' FROM files_storedfile WHERE subject_id = %s", issue)

    answer(visitor(**DESKTOP), live, code, repaired)

    live.until(f"SELECT count(*) >= 4 {MAILS}", person, seconds=60)
    reads_and_rates(henri, live, code)
    assert live.value("SELECT satisfaction FROM cases_case WHERE id = %s", case) == 3
    nothing_personal_in_public(live, code, issue)


def report(henri, pothole):
    henri.press_to_become("henri")
    page = henri.page
    page.locator("main a:has-text('Signaler'), main a:has-text('Report a problem')").first.tap()
    page.wait_for_url("**/signalements/nouveau")
    page.locator("input[type=file][name=photos]").set_input_files(pothole)
    page.wait_for_selector("[data-photo] figure img")
    picture = page.locator("[data-preview]")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    picture.tap(position={"x": box["width"] / 2, "y": box["height"] / 2})
    until(page, "document.querySelector('[data-lat]').value !== ''")
    until(page, "document.querySelector('[data-address]').value !== ''")
    page.get_by_role("textbox", name=re.compile("What is wrong|Qu’est-ce|Que se passe|Qu'est-ce")).fill(WORDS)
    page.locator("label.tile:has(input[name=category])").first.tap()
    assert not henri.scrolls_sideways()
    page.locator("main form [type=submit], main form button.btn.wide").last.tap()
    page.wait_for_url("**/merci/**")
    code = page.locator("code").first.inner_text().strip()
    assert re.fullmatch(r"[A-Z0-9]{4}-[A-Z0-9]{4}", code), code
    assert code in henri.path
    return code


def answer(nadia, live, code, repaired):
    """The clerk takes it in charge, plans it, answers with a photo, and releases the answer's photo."""
    nadia.press_to_become("nadia")
    for name in ("accept", "plan"):
        nadia.go(f"{TOWN}/bureau/dossiers/{code}/")
        with arriving(nadia.page):
            nadia.page.locator(f"form[action$='/{name}/'] button").click()
    page = nadia.page
    form = page.locator("form[action$='/resolve/']")
    form.locator("textarea").fill(ANSWER)
    form.locator("input[type=file]").set_input_files(repaired)
    with arriving(page):
        form.locator("button").first.click()
    live.until(
        "SELECT count(*) = 2 FROM files_storedfile f JOIN issues_issue i ON i.id = f.subject_id "
        "WHERE i.code = %s AND f.state = 'ready'",
        code,
    )
    nadia.go(f"{TOWN}/bureau/dossiers/{code}/")
    while page.locator("form[action$='/photo/']:has(input[name=public][value='1']) button").count():
        with arriving(page):
            page.locator("form[action$='/photo/']:has(input[name=public][value='1']) button").first.click()


def reads_and_rates(henri, live, code):
    page = henri.go(f"{TOWN}/mon-espace/messages/")
    assert page.locator("main .lines li a").count() >= 4
    with arriving(page):
        page.locator("main .lines li a").first.tap()
    assert ANSWER in page.locator("main").inner_text()
    henri.go(f"{TOWN}/signalements/{code}")
    assert ANSWER in page.locator("main").inner_text()
    until(
        page,
        "[...document.querySelectorAll('.photos img')].length === 2 &&"
        " [...document.querySelectorAll('.photos img')].every((img) => img.complete && img.naturalWidth > 0)",
    )
    henri.go(f"{TOWN}/mon-espace/demandes/{code}/")
    page.locator("button[name=rating][value='3']").tap()
    expect(page.locator("button[name=rating][value='3'][aria-pressed=true]")).to_have_count(1)
    henri.go("/demo/messages/?a=henri@example.org&canal=email")
    assert page.locator("main .lines li").count() >= 3


def nothing_personal_in_public(live, code, issue):
    """Somebody who is not signed in sees kind, place, dates, answer, released photos: nothing about the reporter."""
    with httpx.Client(base_url=live.url) as anybody:
        public = anybody.get(f"{TOWN}/signalements/{code}")
        told = anybody.get(f"/api/v1/val-des-pins/issues/{code}")
        assert public.status_code == told.status_code == 200
        for body in (public.text, told.text, anybody.get(f"{TOWN}/signalements/").text):
            for secret in ("Henri", "Ndiaye", "henri@example.org", "mon fils", "555-0177"):
                assert secret not in body
        files = live.rows("SELECT id, is_public FROM files_storedfile WHERE subject_id = %s", issue)
        assert [is_public for _, is_public in files] == [True, True]
        for file, _ in files:
            for variant in ("full", "medium", "small"):
                body = anybody.get(f"{TOWN}/fichiers/{file}/{variant}").raise_for_status().content
                assert b"Secret" not in body
                assert dict(Image.open(io.BytesIO(body)).getexif()) == {}
