"""Names with apostrophes, markup in every field, a photo of thirty megabytes, the back button: through the pages."""

import pytest
from playwright.sync_api import expect

from .browsing import DESKTOP, PHONE, answered, arriving, until
from .conftest import photo
from .pages import TOWN

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FORM = f"{TOWN}/signalements/nouveau"
COUNT = "SELECT count(*) FROM issues_issue WHERE description = %s"
MARKUP = "L'Écuyer <img src=x onerror=alert(1)><script>alert(1)</script>{{ 7*7 }} &amp; \"D'Amours\""
EXECUTED = (
    "document.querySelectorAll('img[src=\"x\"], [onerror]').length + [...document.scripts]"
    ".filter((script) => script.textContent.includes('alert(1)') && script.type !== 'application/json').length"
)
# In another town, so that what is written here disturbs nobody else's test.
ELSEWHERE = "/ashbourne"
WRITTEN = {
    "yolanda": (
        "signalements/nouveau",
        "recherche/",
        "compte/moi/",
        "organismes/demander/",
        "mon-espace/demandes/{code}/",
    ),
    "heather": (
        "bureau/telephone/",
        "bureau/signalements/nouveau/?channel=phone",
        "bureau/dossiers/{code}/",
        "bureau/dossiers/",
        "bureau/gens/personnes/nouvelle/",
        "bureau/gens/equipe/equipes/nouvelle/",
        "bureau/gens/equipe/roles/nouveau/",
        "bureau/signalements/categories/nouvelle/",
        "bureau/reglages/coordonnees/",
    ),
}
READ = {
    "yolanda": (
        *("", "signalements/", "signalements/{code}", "recherche/?q=L'Écuyer", "carte/", "agenda/", "organismes/"),
        *("mon-espace/", "mon-espace/demandes/", "mon-espace/demandes/{code}/", "mon-espace/messages/", "compte/"),
        *("mon-espace/donnees/", "plan-du-site/"),
    ),
    "heather": (
        *("bureau/", "bureau/dossiers/", "bureau/dossiers/{code}/", "bureau/telephone/?q=Écuyer", "bureau/reglages/"),
        *("bureau/gens/personnes/?q=Écuyer", "bureau/gens/equipe/", "bureau/gens/organismes/", "bureau/liens/"),
        *("bureau/signalements/categories/", "bureau/telephone/{person}/"),
    ),
}
FILL = """([form, markup]) => {
  let written = 0;
  const rest = { email: "lecuyer@example.org", number: "1", tel: "819 555-0123", date: "2026-01-15", url: "" };
  const places = { place_lat: form.dataset.lat, place_lon: form.dataset.lon };
  for (const field of form.elements) {
    if (field.type === "hidden" || field.disabled || field.readOnly || !field.name) continue;
    if (field.tagName === "TEXTAREA" || ["text", "search"].includes(field.type)) {
      field.removeAttribute("maxlength");
      field.value = markup;
      written += 1;
    } else if (field.type in rest) field.value = rest[field.type];
    else if (field.type === "radio") field.checked ||= !form.querySelector(`[name="${field.name}"]:checked`);
    else if (field.tagName === "SELECT" && !field.value) field.selectedIndex = Math.min(1, field.options.length - 1);
  }
  form.noValidate = true;
  return written;
}"""


def test_markup_in_every_field_stays_text(live, visitor):
    """Whatever field takes it, whatever page shows it, in whatever mail it is: it is read, never run."""
    yolanda, heather = visitor(**DESKTOP), visitor(**DESKTOP)
    people = {"yolanda": yolanda, "heather": heather}
    for key, person in people.items():
        person.watch.allowed |= {403, 409, 422}
        person.become(key)
    code = report_at(live, yolanda)
    found = {"code": code, "person": live.value("SELECT id FROM identity_person WHERE email = 'yolanda@example.org'")}
    written = 0
    for key, routes in WRITTEN.items():
        for route in routes:
            written += write_everywhere(people[key], f"{ELSEWHERE}/{route.format(**found)}")
    assert written > 30, "most fields were found"
    live.rested()
    for key, routes in READ.items():
        for route in routes:
            page = people[key].go(f"{ELSEWHERE}/{route.format(**found)}")
            assert page.evaluate(EXECUTED) == 0, route
            assert "49" not in page.locator("main").inner_text().split("L'Écuyer")[-1][:60], "no template is run"
    assert "L'Écuyer <img" in heather.go(f"{ELSEWHERE}/bureau/dossiers/{code}/").locator("main").inner_text()
    told = live.rows("SELECT subject, text FROM delivery_localcopy WHERE subject || text LIKE '%%cuyer%%'")
    assert all("&#x27;" not in f"{row}" and "&lt;" not in f"{row}" for row in told), "plain text is not escaped"
    html = live.rows("SELECT html FROM delivery_localcopy WHERE html LIKE '%%cuyer%%'")
    assert all("<script>" not in body and "<img src=x" not in body for (body,) in html)


def report_at(live, person):
    """One report with markup in its words, at the middle of the other town. Return its code."""
    lat, lon = live.rows("SELECT lat, lon FROM tenancy_territory WHERE slug = %s", ELSEWHERE[1:])[0]
    page = person.go(f"{ELSEWHERE}/signalements/nouveau")
    page.locator("textarea[name=description]").fill(MARKUP)
    page.locator("[data-address]").fill("L'Anse-à-l'Eau")
    for name, value in (("place_lat", lat), ("place_lon", lon)):
        page.locator(f"[name={name}]").evaluate("(box, value) => { box.value = value; }", str(value))
    page.locator("label.tile:has(input[name=category])").first.click()
    page.locator("main form[data-once] button:not([type=button])").last.click()
    page.wait_for_url("**/merci/**")
    return person.path.rsplit("/", 1)[-1]


def write_everywhere(person, path):
    """Fill and send every form of a page, one after the other. Return how many fields took the markup."""
    written, turn = 0, 0
    while True:
        page = person.go(path)
        forms = page.locator("main form").element_handles()
        forms = [form for form in forms if not form.evaluate("(form) => /effacer|fermer|supprimer/.test(form.action)")]
        filled = 0
        while not filled and turn < len(forms):  # one that takes no words is not worth opening the page again
            form = forms[turn]
            filled = form.evaluate(f"(form) => ({FILL})([form, {MARKUP!r}])")
            turn += 1
        if not filled:
            return written
        written += filled
        with answered(page):
            form.evaluate("(form) => form.requestSubmit()")
        assert page.evaluate(EXECUTED) == 0, path


@pytest.mark.parametrize("name", ["Siobhan O'Neill", "Jean-Guy D’Amours", "N'Guessan Aya"])
def test_a_name_with_an_apostrophe(live, visitor, name):
    """Written down at the counter, found again with either apostrophe, shown as it is spelled."""
    clerk = visitor(**DESKTOP)
    clerk.become("nadia")
    page = clerk.go(f"{TOWN}/bureau/telephone/")
    page.locator("main input[name=q]").fill(name)
    with arriving(page):
        page.keyboard.press("Enter")
    form = page.locator("main form[action$='/nouvelle-personne/']")
    assert form.locator("input[name=name]").input_value() == name, "what was searched for need not be typed again"
    if not form.is_visible():  # others with a like name were found
        page.locator("details:has(form[action$='/nouvelle-personne/']) > summary").click()
    with page.expect_navigation():
        form.locator("button").last.click()
    assert name in page.locator("main").inner_text()
    for asked in (name, name.replace("'", "’"), name.replace("’", "'"), name.replace("'", " ").replace("’", " ")):
        page = clerk.go(f"{TOWN}/bureau/telephone/")
        page.locator("main input[name=q]").fill(asked)
        with arriving(page):
            page.keyboard.press("Enter")
        expect(page.get_by_role("link", name=name).first).to_be_visible()


def fill(page, live, words):
    """The shortest report of this town."""
    lat, lon = live.rows("SELECT lat, lon FROM tenancy_territory WHERE slug = %s", TOWN[1:])[0]
    page.locator("textarea[name=description]").fill(words)
    page.locator("[data-address], input[name=place_address]").first.fill("rue Principale")
    for name, value in (("place_lat", lat), ("place_lon", lon)):
        page.locator(f"[name={name}]").evaluate("(box, value) => { box.value = value; }", str(value))
    page.locator("label.tile:has(input[name=category])").first.click()


def test_thirty_megabytes_from_a_telephone_arrive_small(live, visitor, tmp_path):
    """The page makes the photo smaller before it leaves: nobody on a rural line waits for 30 MB."""
    huge = photo(tmp_path / "enorme.jpg", size=(7000, 5200), noise=90, quality=98)
    assert huge.stat().st_size > 30_000_000
    person = visitor(**PHONE)
    page = person.go(FORM)
    fill(page, live, "trente mégaoctets")
    page.locator("input[type=file][name=photos]").set_input_files(huge)
    page.wait_for_selector("[data-photo] figure img", timeout=90_000)
    with page.expect_request(lambda asked: asked.method == "POST" and asked.url.endswith(FORM)) as sent:
        page.locator("main form[data-once] button:not([type=button])").last.click()
    page.wait_for_url("**/merci/**")
    assert int(sent.value.headers.get("content-length") or len(sent.value.post_data_buffer or b"")) < 3_000_000
    assert live.value(COUNT, "trente mégaoctets") == 1


def test_a_pdf_called_jpg_is_refused_beside_its_field(live, visitor, tmp_path):
    """The message stands where the photo is, the words are still there, and the report goes out without it."""
    false = tmp_path / "photo.jpg"
    false.write_bytes(b"%PDF-1.7 " + bytes(5000))
    person = visitor(**PHONE)
    person.watch.allowed.add(422)
    page = person.go(FORM)
    fill(page, live, "un pdf déguisé")
    page.locator("input[type=file][name=photos]").set_input_files(false)
    with answered(page):
        page.locator("main form[data-once] button:not([type=button])").last.click()
    if "/merci/" not in person.path:
        expect(page.locator(".field.wrong:has(input[name=photos]), .wrong:has([data-photo])").first).to_be_visible()
        assert page.locator("textarea[name=description]").input_value() == "un pdf déguisé"
        assert live.value(COUNT, "un pdf déguisé") == 0
        page.locator("[data-photo] figure button").click()
        page.locator("main form[data-once] button:not([type=button])").last.click()
        page.wait_for_url("**/merci/**")
    assert live.value(COUNT, "un pdf déguisé") == 1


def test_ten_thousand_characters_stay_on_the_page(live, visitor):
    """Pasted whole: refused in words, with every character still there to be shortened."""
    words = "é" * 10_000
    person = visitor(**PHONE)
    person.watch.allowed.add(422)
    page = person.go(FORM)
    fill(page, live, "")
    box = page.locator("textarea[name=description]")
    box.evaluate("(box, words) => { box.removeAttribute('maxlength'); box.value = words; }", words)
    with answered(page):
        page.locator("main form[data-once] button:not([type=button])").last.click()
    expect(page.locator(".field.wrong:has(textarea)")).to_be_visible()
    assert page.locator("textarea[name=description]").input_value() == words
    assert not person.scrolls_sideways()


def test_the_back_button_after_sending_sends_nothing_twice(live, visitor):
    """Back from the thanks, then the button again: one report, and the thanks again or an empty form."""
    person = visitor(**PHONE)
    person.watch.allowed.add(422)
    page = person.go(FORM)
    fill(page, live, "bouton précédent")
    page.locator("main form[data-once] button:not([type=button])").last.click()
    page.wait_for_url("**/merci/**")
    page.go_back()
    page.wait_for_load_state("networkidle")
    assert person.path == FORM
    button = page.locator("main form[data-once] button:not([type=button])").last
    expect(button).to_be_enabled()
    with answered(page):
        button.click()
    assert live.value(COUNT, "bouton précédent") == 1
    person.go(FORM)
    until(page, "document.querySelector('textarea[name=description]').value === ''")
