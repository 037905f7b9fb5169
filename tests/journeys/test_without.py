"""Without a mouse, without JavaScript, without a line; and the map, whose engine comes on use only."""

import re

import pytest

from .browsing import DESKTOP, PHONE, arriving, faults, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TOWN = "/val-des-pins"
FORM = f"{TOWN}/signalements/nouveau"


# What has the focus: where it is, and how it shows it. A control drawn by its label shows it there.
FOCUS = """() => {
  const node = document.activeElement;
  const drawn = [node, node.closest("label")].filter(Boolean);
  const marked = drawn.some((each) => {
    const style = getComputedStyle(each);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  });
  const box = node.getBoundingClientRect();
  return { marked, seen: box.width > 0 && box.height > 0, what: node.outerHTML.slice(0, 150) };
}"""


def tab_to(page, wanted):
    """Press Tab until the wanted thing has the focus; each stop on the way must be seen."""
    for _ in range(200):
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", wanted):
            return
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        assert focus["marked"], f"nobody sees that this has the focus: {focus['what']}"
        assert focus["seen"], f"the focus is on something invisible: {focus['what']}"
    raise AssertionError(f"the keyboard never reaches {wanted}")


def test_a_report_by_keyboard_alone(live, visitor):
    person = visitor(**DESKTOP)
    page = person.go(FORM)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.skip')"), "the first stop leads to the page"
    page.keyboard.press("Enter")
    tab_to(page, "[data-address]")
    page.keyboard.type("principale", delay=20)
    page.wait_for_selector("[role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('[data-lat]').value !== ''")
    tab_to(page, "textarea[name=description]")
    page.keyboard.type("Au clavier")
    tab_to(page, "input[name=category]")
    page.keyboard.press("ArrowDown")
    tab_to(page, "main form[data-once] button:not([type=button])")
    page.keyboard.press("Enter")
    page.wait_for_url("**/merci/**")
    page.wait_for_load_state("networkidle")
    assert live.value("SELECT count(*) FROM issues_issue WHERE description = 'Au clavier'") == 1
    assert not (wrong := faults(person)), "\n".join(wrong)


def press_enter(page):
    """Press Enter and wait for the page it leads to."""
    with arriving(page):
        page.keyboard.press("Enter")


def test_the_work_list_by_keyboard_alone(live, visitor):
    """Find a case among all, open it, write a note, take it: no mouse, and the focus always seen."""
    code = live.value(
        "SELECT c.code FROM cases_case c JOIN tenancy_territory t ON t.id = c.territory_id WHERE t.slug = "
        "'val-des-pins' AND c.closed_at IS NULL AND c.assignee_id IS NULL AND c.kind = 'issues' ORDER BY c.code LIMIT 1"
    )
    clerk = visitor(**DESKTOP)
    clerk.become("nadia")
    page = clerk.go(f"{TOWN}/bureau/dossiers/")
    tab_to(page, "main input[name=q]")
    page.keyboard.type(code)
    press_enter(page)
    tab_to(page, f"main a[href$='/dossiers/{code}/']")
    press_enter(page)
    tab_to(page, "form[action$='/note/'] textarea")
    page.keyboard.type("Écrit au clavier")
    tab_to(page, "form[action$='/note/'] button")
    press_enter(page)
    assert live.value("SELECT count(*) FROM cases_note WHERE text = 'Écrit au clavier'") == 1
    tab_to(page, "form[action$='/take/'] button")
    press_enter(page)
    assert live.value("SELECT assignee_id FROM cases_case WHERE code = %s", code)


def test_a_report_without_javascript(live, visitor, pothole):
    person = visitor(**PHONE, java_script_enabled=False)
    person.watch.allowed.add(422)
    page = person.go(FORM)
    page.locator("main form button:not([type=button])").last.click()
    assert page.locator(".summary a, [data-summary] a").count() >= 1, "an empty form says what is missing"
    page.locator("input[name=photos]").set_input_files(pothole)
    page.locator("input[name=place_address]").fill("principale")
    page.locator("textarea[name=description]").fill("Sans script")
    page.locator("label.tile:has(input[name=category])").first.click()
    page.locator("main form button:not([type=button])").last.click()
    page.wait_for_load_state()
    if page.locator("input[name=place_choice]").count():
        assert page.locator("textarea[name=description]").input_value() == "Sans script"
        page.locator("label:has(input[name=place_choice])").first.click()
        page.locator("main form button:not([type=button])").last.click()
        page.wait_for_load_state()
    assert "/merci/" in person.path
    assert live.value("SELECT count(*) FROM issues_issue WHERE description = 'Sans script'") == 1
    for path in (f"{TOWN}/", f"{TOWN}/carte/", f"{TOWN}/signalements/"):
        page = person.go(path)
        assert page.locator("svg.map, img.map").count() >= 1
        assert page.locator("main a[href*='/signalements/']").count() >= 1


def test_the_map_opens_on_use_and_its_engine_is_fetched_once(visitor):
    person = visitor(**DESKTOP)
    page = person.go(f"{TOWN}/carte/")
    engine = re.compile(r"/assets/(engine|maplibre)")
    assert not [url for url in person.watch.requests if engine.search(url)]
    page.locator("[data-open-map]").first.click()
    page.wait_for_selector("canvas.maplibregl-canvas", timeout=60_000)
    until(page, "document.querySelector('canvas.maplibregl-canvas').width > 100")
    page.wait_for_load_state("networkidle")
    fetched = [url for url in person.watch.requests if engine.search(url)]
    assert fetched
    page = person.go(f"{TOWN}/carte/")
    page.locator("[data-open-map]").first.click()
    page.wait_for_selector("canvas.maplibregl-canvas", timeout=60_000)
    sizes = page.evaluate(
        "performance.getEntriesByType('resource').filter((file) => /engine|maplibre/.test(file.name))"
        ".map((file) => file.transferSize)"
    )
    assert sizes
    assert max(sizes) == 0, "the second time it comes from the phone"


def test_without_a_line_the_last_pages_are_read(live, visitor):
    person = visitor(**PHONE, service_workers="allow")
    page = person.go(f"{TOWN}/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    for path in (f"{TOWN}/", f"{TOWN}/signalements/"):
        person.go(path)
    until(
        page,
        "caches.open('pages-public').then((kept) => kept.keys()).then((keys) => keys.length >= 2)",
    )
    person.context.set_offline(True)
    page.goto(f"{live.url}{TOWN}/signalements/")
    assert page.locator("html[data-kept]").count() == 1
    assert page.locator("h1").count() == 1
    page.goto(f"{live.url}{TOWN}/agenda/")
    assert page.locator("h1").count() == 1, "a page never read before: the offline page says so"
    assert page.locator("html[data-kept]").count() == 0
    person.context.set_offline(False)
    person.watch.problems[:] = [line for line in person.watch.problems if "ERR_INTERNET_DISCONNECTED" not in line]


NO_WEBGL = """(() => {
  const get = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
    return String(kind).startsWith("webgl") ? null : get.call(this, kind, ...more);
  };
})();"""


def test_without_webgl_the_drawn_map_stays_and_says_why(visitor):
    person = visitor(**PHONE)
    person.context.add_init_script(NO_WEBGL)
    page = person.go(f"{TOWN}/carte/")
    page.locator("[data-open-map]").first.click()
    until(page, "!document.querySelector('[data-open-map]')")
    said = page.locator("parvis-map [data-said]").first
    assert said.is_visible()
    assert said.inner_text().strip()
    assert page.locator("parvis-map canvas").count() == 0
    until(page, "document.querySelector('parvis-map [data-frame] > :is(svg, img)').getBoundingClientRect().width > 200")
    assert not (wrong := faults(person)), "\n".join(wrong)
