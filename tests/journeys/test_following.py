"""A student follows what somebody else reported: found in the public list, told at every change, until she stops."""

import pytest
from playwright.sync_api import expect

from .browsing import DESKTOP, PHONE, arriving, faults
from .test_parent_on_a_phone import WORDS, report

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.slow]

TOWN = "/val-des-pins"
ANSWER = "Rebouché ce matin, merci."
MESSAGES = (
    "SELECT m.text FROM notifications_inboxmessage m JOIN identity_person p ON p.id = m.person_id "
    "WHERE p.email = 'judith@example.org' AND m.subject LIKE %s"
)


def test_a_student_follows_somebody_elses_report(live, visitor, pothole):
    code = report(visitor(**PHONE), pothole)
    judith, nadia = visitor(**PHONE), visitor(**DESKTOP)
    judith.become("judith")
    page = judith.go(f"{TOWN}/")
    with arriving(page):
        page.locator("main a[href$='/carte/']").last.tap()
    page = judith.go(f"{TOWN}/signalements/?status=reported")
    with arriving(page):
        page.locator(f"[data-found] a[href$='/signalements/{code}']").tap()  # not its pin: others lie on it
    assert WORDS not in page.locator("main").inner_text(), "what a neighbour wrote is the staff's to release"
    due = live.value("SELECT (due_at AT TIME ZONE 'America/Toronto')::date FROM issues_issue WHERE code = %s", code)
    expect(page.locator(f"time[datetime^='{due:%Y-%m-%d}']").first).to_be_visible()
    with arriving(page):
        page.locator(f"form[action$='/{code}/suivre'] button").tap()
    expect(page.locator(f"form[action$='/{code}/ne-plus-suivre'] button")).to_be_visible()
    assert not (wrong := faults(judith)), "\n".join(wrong)
    page.set_viewport_size(PHONE["viewport"])

    nadia.become("nadia")
    step(nadia, code, "accept")
    told = said(live, code, seconds=60)
    assert f"{due.day}" in told and f"{due.year}" in told, "by when"
    assert len(told.strip().splitlines()) > 1, "and what happens next"
    page = judith.go(f"{TOWN}/mon-espace/messages/")
    with arriving(page):
        page.locator("main .lines li a", has_text=code).first.tap()
    assert WORDS not in page.locator("main").inner_text()
    with arriving(page):
        page.locator("main a.btn").first.tap()
    assert judith.path == f"{TOWN}/signalements/{code}", "the message leads to the report"

    step(nadia, code, "plan", starts_at="2027-05-03", ends_at="2027-05-04")
    told = said(live, code, count=2)
    assert "2027" in told
    page.reload()
    expect(page.locator("main time[datetime^='2027-05-03']").first).to_be_visible()
    with arriving(page):
        page.locator(f"form[action$='/{code}/ne-plus-suivre'] button").tap()
    expect(page.locator(f"form[action$='/{code}/suivre'] button")).to_be_visible()
    answer(nadia, code)
    live.rested()
    assert len(live.rows(MESSAGES, f"%{code}%")) == 2, "she has stopped following"


def said(live, code, *, count=1, seconds=60.0):
    """The newest message that tells her about the report, once there are so many."""
    counted = MESSAGES.replace("m.text", f"count(*) >= {count}")
    live.until(counted, f"%{code}%", seconds=seconds)
    return live.rows(f"{MESSAGES} ORDER BY m.created_at DESC", f"%{code}%")[0][0]


def step(clerk, code, name, **days):
    """Take a report one step further, as its clerk."""
    page = clerk.go(f"{TOWN}/bureau/dossiers/{code}/")
    form = page.locator(f"form[action$='/{name}/']")
    for field, day in days.items():
        form.locator(f"input[name={field}]").fill(day)
    with arriving(page):
        form.locator("button").last.click()


def answer(clerk, code):
    """Close it with an answer."""
    page = clerk.go(f"{TOWN}/bureau/dossiers/{code}/")
    form = page.locator("form[action$='/resolve/']")
    form.locator("textarea").fill(ANSWER)
    with arriving(page):
        form.locator("button").first.click()
