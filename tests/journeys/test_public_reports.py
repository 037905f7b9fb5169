"""Anybody looks at the reports: list, map, density, months, by keyboard, without a script, on paper."""

import csv
import io
import json
import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from .browsing import DESKTOP, PHONE, until, violations

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.slow]

LIST = "/val-des-pins/signalements/"
WEIGHT = 150_000  # bytes of a page with a map, its drawn picture included
SUMMARY = "document.querySelector('[data-summary-line]').textContent"
SEEN = "document.querySelector('[data-seen]').textContent"


def number(text: str) -> int:
    """The first number of a text."""
    return int(re.search(r"\d+", text.replace("\u202f", "").replace("\u00a0", "")).group())


def public(live, condition="true"):
    """How many reports of the town everyone may see."""
    rows = "issues_issue i JOIN tenancy_territory t ON t.id = i.territory_id AND t.slug = 'val-des-pins'"
    return live.value(f"SELECT count(*) FROM {rows} WHERE NOT i.is_hidden AND {condition}")


def asked(page):
    """What the address asks for."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def test_list_and_map_under_one_filter(live, visitor):
    somebody = visitor(**DESKTOP)
    page = somebody.go(LIST)
    assert number(page.evaluate(SUMMARY)) == public(live)
    page.locator("[data-open-map]").click()
    until(page, f"{SEEN}.length > 0", seconds=40)
    assert number(page.evaluate(SEEN)) == public(live)
    page.locator("select[name=status]").select_option("resolved")
    solved = public(live, "i.status = 'resolved'")
    until(page, f"/{solved}/.test({SUMMARY})")
    until(page, f"/{solved}/.test({SEEN})")
    assert asked(page) == {"status": "resolved"}
    assert re.search(r"#reports=[\d.]+/[\d.]+/-[\d.]+$", page.url), "the spot on the map is in the address"
    assert page.locator("[data-found] .tag:not(.ok)").count() == 0
    page.locator("[data-heat]").click()
    until(page, "document.querySelector('[data-heat]').getAttribute('aria-pressed') === 'true'")
    shared = page.url
    page.go_back()
    until(page, "location.search === ''")
    until(page, f"/{public(live)}/.test({SUMMARY})")
    other = visitor(**DESKTOP)
    other.page.goto(shared)
    assert number(other.page.evaluate(SUMMARY)) == solved
    until(other.page, f"/{solved}/.test({SEEN})", seconds=40)
    assert not violations(page)


def test_months_by_keyboard_and_one_at_a_time_for_who_wants_no_motion(live, visitor):
    somebody = visitor(**DESKTOP, reduced_motion="reduce")
    page = somebody.go(LIST)
    play = page.locator("[data-play]")
    play.focus()
    page.keyboard.press("Enter")
    until(page, "new URLSearchParams(location.search).has('from')", seconds=40)
    first = asked(page)
    assert first["from"] == first["to"]
    assert play.get_attribute("aria-pressed") == "false", "nothing goes on by itself"
    month = page.locator("input[data-month]")
    month.focus()
    page.keyboard.press("ArrowRight")
    until(page, f"new URLSearchParams(location.search).get('from') !== '{first['from']}'")
    chosen = asked(page)["from"]
    assert page.locator("select[name=from]").input_value() == chosen
    assert month.get_attribute("aria-valuetext") == page.locator("[data-month-said]").inner_text()
    right = public(live, f"to_char(i.reported_at AT TIME ZONE t.timezone, 'YYYY-MM') = '{chosen}'")
    until(page, f"/^{right}\\D/.test({SUMMARY}.trim())")


def test_the_page_is_light_and_whole_without_a_script(live, visitor):
    weights = []
    phone = visitor(**PHONE)
    phone.page.on("response", lambda answer: weights.append(len(answer.body()) if answer.ok else 0))
    phone.go(LIST)
    sizes = phone.page.evaluate(
        "[...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')]"
        ".reduce((sum, entry) => sum + entry.transferSize, 0)"
    )
    assert 0 < sizes < WEIGHT
    assert not phone.scrolls_sideways()
    plain = visitor(**PHONE, java_script_enabled=False).page
    plain.goto(f"{live.url}{LIST}")
    assert plain.locator("svg.map").count() == 1
    plain.locator("select[name=status]").select_option("open")
    plain.locator("form[data-filter] button").click()
    waiting = public(live, "i.status IN ('reported', 'accepted', 'planned')")
    assert number(plain.locator("[data-summary-line]").inner_text()) == waiting
    plain.goto(f"{live.url}{LIST}?status=resolved")
    plain.locator("a[rel=next]").click()
    assert plain.locator("[data-found] .lines > li").count() > 0


def test_paper_holds_the_drawn_map_and_the_list(visitor):
    page = visitor(**DESKTOP).go(LIST)
    page.locator("[data-open-map]").click()
    until(page, f"{SEEN}.length > 0", seconds=40)
    page.emulate_media(media="print")
    assert page.locator("svg.map").is_visible()
    drawn, found = (page.locator(what).bounding_box() for what in ("svg.map", "[data-found]"))
    assert drawn["y"] + drawn["height"] <= found["y"], "the map does not lie over the list"
    for hidden in ("form[data-filter]", "[data-timeline]", ".mapframe .canvas"):
        assert not page.locator(hidden).first.is_visible(), hidden


def test_programs_get_what_the_page_shows(live):
    with httpx.Client(base_url=live.url) as program:
        table = program.get(f"{LIST}liste.csv?status=open").content.decode("utf-8-sig")
        codes = {row["code"] for row in csv.DictReader(io.StringIO(table))}
        assert len(codes) == public(live, "i.status IN ('reported', 'accepted', 'planned')")
        assert "@" not in table, "no address of anybody"
        collection = json.loads(program.get(f"{LIST}liste.geojson?status=open").content)
        assert {feature["id"] for feature in collection["features"]} == codes
        feed = program.get(f"{LIST}liste.atom?status=open")
        assert feed.headers["content-type"].startswith("application/atom+xml")
        assert set(re.findall(r"<id>[^<]*/signalements/([A-Z0-9-]+)</id>", feed.text)) <= codes
        assert program.get(f"{LIST}liste.csv?status=jamais").status_code == 422
