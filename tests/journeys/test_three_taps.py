"""Three taps from the square: a photo or the place, the kind, sent; on a phone, by somebody who types nothing."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from .browsing import PHONE, arriving, faults, until
from .conftest import SECRET_PLACE, photo

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.slow]

TOWN = "/val-des-pins"
FORM = f"{TOWN}/signalements/nouveau"
TAPS = "addEventListener('touchstart', () => { sessionStorage.taps = 1 + Number(sessionStorage.taps || 0); }, true);"
PLACE = "SELECT lat, lon FROM issues_issue WHERE code = %s"
PHOTOS = "SELECT count(*) FROM files_storedfile f JOIN issues_issue i ON i.id = f.subject_id WHERE i.code = %s"
READY = PHOTOS.replace("count(*)", "f.content_type")


@pytest.fixture
def where(live):
    """A place of the village, off its middle."""
    lat, lon = live.rows("SELECT lat, lon FROM tenancy_territory WHERE slug = %s", TOWN[1:])[0]
    return lat + 0.001, lon + 0.001


@pytest.fixture
def phone(visitor):
    """`phone(**options)`: somebody whose taps are counted, on the square."""

    def pick_up(**options):
        person = visitor(**PHONE, **options)
        person.context.add_init_script(TAPS)
        person.go(f"{TOWN}/")
        return person

    return pick_up


def take_photo(page, path: Path) -> None:
    """The first tap: the camera opens, and gives its picture."""
    with page.expect_file_chooser() as chooser:
        page.locator("label:has([data-begins])").tap()
    chooser.value.set_files(path)
    page.wait_for_url(f"**{FORM}*")
    page.wait_for_selector("[data-photo] figure")


def until_placed(page, lat, lon):
    """The form knows the place, and shows it."""
    near = "Math.abs(document.querySelector('[data-{0}]').value - {1}) < 0.0002"
    until(page, f"{near.format('lat', lat)} && {near.format('lon', lon)}")
    until(page, "document.querySelector('[data-address]').value !== ''")


def finish(person):
    """The last two taps; return the code of the report."""
    page = person.page
    page.locator("label.tile:has(input[name=category])").first.tap()
    page.locator("main form button:not([type=button])").last.tap()
    page.wait_for_url("**/merci/**")
    assert page.evaluate("Number(sessionStorage.taps)") == 3
    return person.path.rsplit("/", 1)[1]


def test_photo_first_where_it_was_taken(live, phone, where, tmp_path):
    person = phone()
    take_photo(person.page, photo(tmp_path / "trou.jpg", at=where))
    until_placed(person.page, *where)
    assert not (wrong := faults(person)), "\n".join(wrong)
    person.page.set_viewport_size(PHONE["viewport"])
    code = finish(person)
    assert live.rows(PLACE, code)[0] == pytest.approx(where, abs=1e-5)
    assert live.value(PHOTOS, code) == 1
    person.go(FORM)
    person.page.wait_for_timeout(500)
    expect(person.page.locator("[data-photo] figure")).to_have_count(0)


def test_a_photo_that_only_its_telephone_can_show_says_its_place_too(live, phone, where, tmp_path):
    """HEIC: this browser cannot draw it; the place is read, the picture goes as it is, and everyone sees a JPEG."""
    person = phone()
    take_photo(person.page, photo(tmp_path / "trou.heic", at=where))
    until_placed(person.page, *where)
    code = finish(person)
    assert live.rows(PLACE, code)[0] == pytest.approx(where, abs=1e-5)
    assert live.until(f"{READY} AND state = 'ready'", code) == "image/jpeg"


def test_photo_first_where_the_phone_is(live, phone, where, tmp_path):
    """The picture says nothing of its place: the phone is asked, since the photo has just been taken."""
    lat, lon = where
    person = phone(permissions=["geolocation"], geolocation={"latitude": lat, "longitude": lon})
    take_photo(person.page, photo(tmp_path / "trou.jpg", at=None))
    until_placed(person.page, lat, lon)
    code = finish(person)
    assert live.rows(PLACE, code)[0] == pytest.approx(where, abs=1e-5)
    assert live.value(PHOTOS, code) == 1


def test_place_first(live, phone, where):
    lat, lon = where
    person = phone(permissions=["geolocation"], geolocation={"latitude": lat, "longitude": lon})
    page = person.page
    page.locator("main a[href$='#ici']").tap()
    page.wait_for_url(f"**{FORM}*")
    until_placed(page, lat, lon)
    assert live.rows(PLACE, finish(person))[0] == pytest.approx(where, abs=1e-5)


def test_a_photo_from_elsewhere_places_nothing(phone, tmp_path):
    """Taken in another country, or in the next town: it is said, and the place stays to be chosen."""
    person = phone()
    take_photo(person.page, photo(tmp_path / "plage.jpg", at=(21.16, -86.85)))
    said = "document.querySelector('parvis-place [data-said]').textContent"
    until(person.page, f"{said} !== '' && document.querySelector('[data-lat]').value === ''")


def test_the_photo_joins_what_was_written_before(phone, where, tmp_path):
    """An older draft keeps its words and its photo; its place gives way to where the new photo was taken."""
    person = phone()
    page = person.go(FORM)
    page.locator("textarea[name=description]").fill("commencé hier")
    page.locator("input[type=file][name=photos]").set_input_files(photo(tmp_path / "hier.jpg", at=None, noise=20))
    page.wait_for_selector("[data-photo] figure img")
    picture = page.locator("[data-preview]")
    picture.tap(position={"x": 20, "y": 20})
    until(page, "document.querySelector('[data-lat]').value !== ''")
    page.wait_for_timeout(800)
    person.go(f"{TOWN}/")
    take_photo(page, photo(tmp_path / "trou.jpg", at=where))
    expect(page.locator("[data-photo] figure")).to_have_count(2)
    until_placed(page, *where)
    assert page.locator("textarea[name=description]").input_value() == "commencé hier"
    # moved by hand from there, it stays where it was put, also when the page is opened again
    picture.tap(position={"x": 30, "y": 30})
    moved = page.locator("[data-lat]").input_value()
    page.wait_for_timeout(800)
    page.reload()
    page.wait_for_load_state("networkidle")
    page.wait_for_selector("[data-photo] figure img")
    assert page.locator("[data-lat]").input_value() == moved != str(SECRET_PLACE[0])


def test_without_a_script_it_is_a_link(visitor):
    person = visitor(**PHONE, java_script_enabled=False)
    page = person.go(f"{TOWN}/")
    expect(page.locator("label:has([data-begins])")).to_be_hidden()
    with arriving(page):
        page.locator(f"main a[href$='{FORM}']").first.tap()
    assert person.path == FORM
