"""The same pages in another language, and on paper."""

import pytest

from .browsing import DESKTOP, PHONE, arriving, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TOWN = "/val-des-pins"


def switch(person, language):
    """Choose a language in the menu of the page, as a reader does."""
    page = person.page
    page.locator("header details.menu summary:has-text('Langue'), header details.menu summary").first.click()
    with arriving(page):
        page.locator(f"header a[hreflang={language}]").click()


def test_the_language_changes_and_stays(live, visitor):
    """From the form to its answer: page, address and `lang` follow, and what was typed is not lost on the way back."""
    person = visitor(**PHONE)
    page = person.go(f"{TOWN}/signalements/nouveau")
    assert page.locator("html").get_attribute("lang") == "fr"
    titles = {"fr": page.locator("h1").inner_text()}
    for language in ("en", "es"):
        switch(person, language)
        assert person.path == f"/{language}{TOWN}/signalements/nouveau", "the same page, not the first one"
        assert page.locator("html").get_attribute("lang") == language
        titles[language] = page.locator("h1").inner_text()
        assert not person.scrolls_sideways()
        links = page.locator("header a, main a").evaluate_all("(all) => all.map((link) => link.getAttribute('href'))")
        inside = [link for link in links if link and TOWN in link and "hreflang" not in link]
        others = [link for link in inside if not link.startswith(f"/{language}/")]
        languages = {f"{TOWN}/signalements/nouveau", *(f"/{code}{TOWN}/signalements/nouveau" for code in ("en", "es"))}
        assert set(others) <= languages, "every link stays in the language"
    assert len(set(titles.values())) == 3
    switch(person, "fr")
    assert person.path == f"{TOWN}/signalements/nouveau"


@pytest.mark.parametrize(("who", "part"), [("", "public"), ("nadia", "counter")])
def test_a_report_on_paper(live, visitor, who, part):
    """Printed from a dark screen: black on white, without menus and buttons, whole and readable."""
    code = live.value(
        "SELECT i.code FROM issues_issue i JOIN tenancy_territory t ON t.id = i.territory_id WHERE "
        "t.slug = 'val-des-pins' AND NOT i.is_hidden AND i.status = 'resolved' ORDER BY i.code LIMIT 1"
    )
    person = visitor(**DESKTOP, color_scheme="dark")
    if who:
        person.become(who)
    page = person.go(f"{TOWN}/signalements/{code}" if part == "public" else f"{TOWN}/bureau/dossiers/{code}/")
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 740, "height": 1000})  # a sheet of letter size, its margins left out
    paper = page.evaluate(
        "[document.documentElement, document.body].map((node) => getComputedStyle(node).backgroundColor)"
    )
    assert set(paper) <= {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}, paper
    shown = page.evaluate(
        "[...document.querySelectorAll('header nav, .skip, .crumbs, nav.wagtail, [data-wagtail-sidebar], .sidebar,"
        " button, .btn')].filter((node) => node.checkVisibility() && node.getBoundingClientRect().width > 1)"
        ".map((node) => node.outerHTML.slice(0, 120))"
    )
    assert shown == [], "no menus or buttons on paper"
    words = page.locator("main").inner_text()
    assert code in words
    assert not person.scrolls_sideways()
    assert [line for line in violations(page, within="main") if "contrast" in line] == []
    sheets = page.pdf(prefer_css_page_size=True)
    assert sheets.startswith(b"%PDF")
