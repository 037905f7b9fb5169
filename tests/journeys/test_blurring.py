"""A clerk draws over a plate with the mouse and the arrow keys; everyone is shown the photo without it."""

import pytest

from .browsing import DESKTOP, PHONE, arriving, faults
from .pages import TOWN

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.slow]

BUREAU = f"{TOWN}/bureau"
A_PHOTO = (
    "SELECT i.code, f.id FROM files_storedfile f JOIN issues_issue i ON i.id = f.subject_id "
    "JOIN tenancy_territory t ON t.id = f.territory_id "
    "WHERE t.slug = 'val-des-pins' AND f.purpose = 'issues.photo' AND f.state = 'ready' AND f.version = 0 "
    "ORDER BY i.code LIMIT 1"
)


def test_a_plate_is_drawn_over_moved_by_keys_and_gone(live, visitor):
    code, photo = live.rows(A_PHOTO)[0]
    nadia = visitor(**DESKTOP)
    nadia.become("nadia")
    page = nadia.go(f"{BUREAU}/signalements/{code}/photos/{photo}/")
    box = page.locator("[data-blur-stage]").bounding_box()

    def at(x, y):
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    page.mouse.move(*at(0.2, 0.2))
    page.mouse.down()
    page.mouse.move(*at(0.3, 0.25))
    page.mouse.move(*at(0.4, 0.3))
    page.mouse.up()
    part = page.locator(".blur-part")
    assert part.count() == 1
    left, width = page.locator("[name=left]").first, page.locator("[name=width]").first
    assert abs(float(left.input_value()) - 20) < 1
    assert abs(float(width.input_value()) - 20) < 1
    part.focus()
    before = float(left.input_value())
    part.press("ArrowRight")
    part.press("Shift+ArrowRight")
    assert abs(float(left.input_value()) - before - 1) < 0.2
    assert abs(float(width.input_value()) - 21) < 1.2
    page.locator("[data-blur-add]").click()
    assert part.count() == 2
    page.keyboard.press("Delete")
    assert part.count() == 1
    assert not faults(nadia)
    with arriving(page):
        page.locator("form[data-blur] button:not([type=button])").last.click()
    version, parts, is_public = live.rows(
        "SELECT version, jsonb_array_length(blurred), is_public FROM files_storedfile WHERE id = %s", photo
    )[0]
    assert (version, parts, is_public) == (1, 1, True)
    everyone = visitor(**PHONE)
    assert everyone.context.request.get(f"{live.url}{TOWN}/fichiers/{photo}/full").ok
    everyone.go(f"{TOWN}/signalements/{code}")


def test_on_a_phone_with_a_finger_it_fits(live, visitor):
    code, photo = live.rows(A_PHOTO)[0]
    nadia = visitor(**PHONE)
    nadia.become("nadia")
    page = nadia.go(f"{BUREAU}/signalements/{code}/photos/{photo}/")
    page.locator("[data-blur-add]").tap()
    assert page.locator(".blur-part").count() == 1
    assert not nadia.scrolls_sideways()
    assert not faults(nadia)
