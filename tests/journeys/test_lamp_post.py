"""Somebody taps the lamp post on the map of the form: the report carries it, and its page tells so."""

import pytest
from playwright.sync_api import expect

from .browsing import PHONE, arriving, faults, until
from .pages import TOWN

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.slow]

A_LAMP = (
    "SELECT a.id, a.lat, a.lon FROM assets_asset a JOIN tenancy_territory t ON t.id = a.territory_id "
    "WHERE t.slug = 'val-des-pins' AND a.kind = 'lamp' AND a.is_public AND a.state <> 'removed' ORDER BY a.code LIMIT 1"
)


def test_the_lamp_post_is_tapped_on_the_map(live, visitor):
    lamp, lat, lon = live.rows(A_LAMP)[0]
    judith = visitor(**PHONE)
    page = judith.go(f"{TOWN}/signalements/nouveau?category=lampadaire&lat={lat}&lon={lon}")
    page.locator("[data-open-map]").click()
    until(page, "document.querySelector('parvis-place canvas') !== null", 60)
    canvas, reference = page.locator("parvis-place canvas"), page.locator("[name=place_ref]")
    page.wait_for_load_state("networkidle")
    for _ in range(20):  # the things of the window come a moment after the map
        canvas.click()
        if reference.input_value().startswith("thing:"):
            break
        page.wait_for_timeout(500)
    assert reference.input_value() == f"thing:{lamp}"
    chosen = page.locator(f"#things input[value='{lamp}']")
    expect(chosen).to_be_checked(timeout=30_000)
    assert not faults(judith)
    page.set_viewport_size(PHONE["viewport"])
    page.locator("#things a").last.dispatch_event("click")
    expect(chosen).not_to_be_checked()
    assert page.locator("#things input:checked").count() == 1
    page.locator(f"#things a[href='#asset-{lamp}']").dispatch_event("click")
    expect(chosen).to_be_checked()
    page.wait_for_load_state("networkidle")
    with arriving(page):
        page.locator("form[data-helping] button:not([type=button])").last.click()
    code = judith.path.rsplit("/", 1)[-1]
    assert str(live.value("SELECT asset_id FROM issues_issue WHERE code = %s", code)) == str(lamp)
    page = judith.go(f"{TOWN}/signalements/objets/{lamp}")
    assert code in page.locator("main").inner_text()
    assert not faults(judith)
