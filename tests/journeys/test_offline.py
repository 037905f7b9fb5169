"""On a dying line: what is sent waits on the phone and leaves once, in order; a crew's day without a line."""

import re

import pytest
from playwright.sync_api import expect

from .browsing import PHONE, arriving, faults, until

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.slow]

TOWN = "/val-des-pins"
FORM = f"{TOWN}/signalements/nouveau"
LIST = f"{TOWN}/envois/"
FIELD = f"{TOWN}/bureau/terrain/"
NO_LINE = re.compile("ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch|ERR_CONNECTION|ERR_NETWORK")
# The page and what it needs are on the phone.
KEPT = """Promise.all([
  caches.match(location.href).then(Boolean),
  caches.match('/val-des-pins/envois/').then(Boolean),
  caches.open('files').then((files) => files.keys()).then((keys) => keys.some((key) => key.url.includes('/outbox-'))),
]).then((all) => all.every(Boolean))"""
WAITING = """new Promise((done) => {
  const asked = indexedDB.open('parvis-outbox', 1);
  asked.onsuccess = () => {
    const all = asked.result.transaction('sendings').objectStore('sendings').index('order').getAll();
    all.onsuccess = () => { asked.result.close(); done(all.result.map((row) => [row.hint, row.state, row.code])); };
  };
})"""


@pytest.fixture
def phone(visitor):
    """A phone whose service worker lives; what it met without a line is no error."""
    person = visitor(**PHONE, service_workers="allow")
    yield person
    person.watch.problems[:] = [line for line in person.watch.problems if not NO_LINE.search(line)]


def on_the_phone(person, path):
    """Open a page once, with a line: from then on it is on the phone."""
    page = person.go(path)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    until(page, KEPT, seconds=30)
    return page


def write(person, words, photo=None, *, tap=True):
    """Fill the form as on a phone: the photo first, then a tap on the drawn map, a kind, a few words."""
    page = person.page
    if photo:
        page.locator("input[type=file][name=photos]").set_input_files(photo)
        page.wait_for_selector("[data-photo] figure img")
    if tap:
        picture = page.locator("[data-preview]")
        picture.scroll_into_view_if_needed()
        box = picture.bounding_box()
        picture.tap(position={"x": box["width"] / 2, "y": box["height"] / 2})
        until(page, "document.querySelector('[data-lat]').value !== ''")
    page.locator("textarea[name=description]").fill(words)
    page.locator("label.tile:has(input[name=category])").first.tap()


def send(person):
    """Press the button of the form."""
    person.page.locator("main form button:not([type=button])").last.tap()


def counted(live, words):
    """How many reports hold these words."""
    return live.value("SELECT count(*) FROM issues_issue WHERE description = %s", words)


def test_photo_first_on_a_dying_line(live, phone, pothole):
    """The line dies while it is sent, the tab is closed; opened again, it leaves by itself: once, with its photo."""
    page = on_the_phone(phone, FORM)
    write(phone, "Le téléphone meurt", pothole)
    phone.context.set_offline(True)
    send(phone)
    page.wait_for_url(f"**{LIST}*")
    assert page.locator("html").get_attribute("lang") == "fr"
    expect(page.locator(".outbox li")).to_have_count(1)
    expect(page.locator(".outbox img")).to_have_count(1)
    until(page, "document.querySelector('.outbox img').naturalWidth > 0")
    assert not (wrong := faults(phone)), "\n".join(wrong)
    assert counted(live, "Le téléphone meurt") == 0

    page.close()
    phone.page = page = phone.context.new_page()
    page.goto(f"{live.url}{FORM}")
    assert page.locator("html[data-kept]").count() == 1, "the form opens without a line"
    expect(page.locator("[data-outbox-line]")).to_be_visible()
    phone.context.set_offline(False)
    live.until("SELECT count(*) = 1 FROM issues_issue WHERE description = 'Le téléphone meurt'", seconds=30)
    expect(page.locator("[data-toasts] .toast", has_text=re.compile("[A-Z0-9]{4}-[A-Z0-9]{4}")).first).to_be_visible()
    phone.go(LIST)
    page.wait_for_timeout(500)
    assert counted(live, "Le téléphone meurt") == 1
    photos = (
        "SELECT count(*) FROM files_storedfile f JOIN issues_issue i ON i.id = f.subject_id WHERE i.description = %s"
    )
    assert live.value(photos, "Le téléphone meurt") == 1
    expect(page.locator(".outbox li .tag.ok")).to_have_count(1)
    expect(page.locator("[data-outbox-line]")).to_be_hidden()


def test_five_offline_drafts_leave_once_each_in_order(live, phone, pothole, repaired):
    """Five reports are written far from any line; a wrong one is explained beside itself and holds no other up."""
    phone.watch.allowed.add(422)
    page = on_the_phone(phone, FORM)
    phone.context.set_offline(True)
    for n in range(1, 6):
        page.goto(f"{live.url}{FORM}")
        page.wait_for_selector("html[data-outbox-ready]")
        if n == 3:  # a place in words that nobody knows: the server will say so
            page.locator("[data-address]").fill("xyzzy sur la lune")
        write(phone, f"Hors ligne {n}", pothole if n % 2 else repaired, tap=n != 3)
        send(phone)
        page.wait_for_url(f"**{LIST}*")
        expect(page.locator(".outbox > li")).to_have_count(n)
    waiting = page.evaluate(WAITING)
    assert [hint.split(" · ")[-1] for hint, _, _ in waiting] == [f"Hors ligne {n}" for n in range(1, 6)] or all(
        f"Hors ligne {n}" in hint for n, (hint, _, _) in enumerate(waiting, 1)
    )
    phone.context.set_offline(False)
    live.until("SELECT count(*) = 4 FROM issues_issue WHERE description LIKE 'Hors ligne %%'", seconds=60)
    sent = live.rows("SELECT description FROM issues_issue WHERE description LIKE 'Hors ligne %%' ORDER BY reported_at")
    assert [words for (words,) in sent] == [f"Hors ligne {n}" for n in (1, 2, 4, 5)]

    page.wait_for_selector(".outbox .tag.danger")
    refused = page.locator(".outbox > li:has(.tag.danger)")
    expect(refused).to_have_count(1)
    assert refused.locator("[data-faults] li").count() >= 1
    refused.locator("a").first.tap()
    page.wait_for_selector("form .summary")
    assert page.locator("textarea[name=description]").input_value() == "Hors ligne 3"
    page.wait_for_selector("[data-photo] figure img")
    page.locator("[data-address]").fill("")
    write(phone, "Hors ligne 3")
    send(phone)
    page.wait_for_url("**/merci/**")
    assert counted(live, "Hors ligne 3") == 1
    assert live.value("SELECT count(*) FROM issues_issue WHERE description LIKE 'Hors ligne %%'") == 5


def test_an_answer_lost_on_the_way_makes_no_second_report(live, phone):
    """The report arrives, the answer does not: the phone sends again, the house counts it once and gives the code."""
    page = on_the_phone(phone, FORM)
    lost = []

    def lose(route):
        if route.request.method != "POST" or lost:
            return route.continue_()
        lost.append(route.fetch().status)  # it arrives, its answer is lost
        return route.abort()

    phone.context.route("**/signalements/nouveau", lose)
    write(phone, "Réponse perdue")
    send(phone)
    page.wait_for_url(f"**{LIST}*")
    assert lost == [200]
    assert counted(live, "Réponse perdue") == 1
    expect(page.locator(".outbox li .tag.ok")).to_have_count(1, timeout=30_000)
    code = live.value("SELECT code FROM issues_issue WHERE description = 'Réponse perdue'")
    assert code in page.locator(".outbox li b").inner_text()
    assert counted(live, "Réponse perdue") == 1


def test_a_draft_waits_for_its_author(live, phone):
    """Somebody else signs in on the same phone: the draft is neither sent nor shown, and waits for its author."""
    phone.press_to_become("judith")
    page = on_the_phone(phone, FORM)
    phone.context.set_offline(True)
    write(phone, "À Judith seulement")
    send(phone)
    page.wait_for_url(f"**{LIST}*")
    expect(page.locator(".outbox > li", has_text="À Judith seulement")).to_have_count(1)
    phone.context.clear_cookies()
    phone.context.set_offline(False)
    phone.go(LIST)  # whose session is over: nobody is told what they wrote
    expect(page.locator(".outbox > li a[href*='next=']")).to_have_count(1)
    assert "À Judith seulement" not in page.locator("main").inner_text()
    phone.press_to_become("henri")
    phone.go(LIST)
    page.wait_for_selector(".outbox > li")
    page.wait_for_timeout(1500)
    assert counted(live, "À Judith seulement") == 0
    assert "À Judith seulement" not in page.locator("main").inner_text()
    phone.context.clear_cookies()
    phone.press_to_become("judith")
    live.until("SELECT count(*) = 1 FROM issues_issue WHERE description = 'À Judith seulement'", seconds=30)
    judith = live.value("SELECT id FROM identity_person WHERE email = 'judith@example.org'")
    person = live.value("SELECT person_id FROM issues_issue WHERE description = 'À Judith seulement'")
    assert person == judith


def test_what_was_chosen_but_not_sent_survives_a_closed_tab(live, phone, pothole):
    """Words and photos of a form nobody sent are there again; thrown away when its author starts over."""
    page = on_the_phone(phone, FORM)
    write(phone, "Pas encore envoyé", pothole)
    page.wait_for_timeout(800)
    page.close()
    phone.page = page = phone.context.new_page()
    phone.go(FORM)
    page.wait_for_selector("[data-photo] figure img")
    assert page.locator("textarea[name=description]").input_value() == "Pas encore envoyé"
    page.locator("[data-draft-line] button").tap()
    expect(page.locator("[data-photo] figure")).to_have_count(0)
    phone.go(FORM)
    page.wait_for_timeout(500)
    expect(page.locator("[data-photo] figure")).to_have_count(0)


def test_a_full_phone_says_so_and_keeps_the_page(phone):
    """Nothing can be kept and there is no line: it is said plainly, and what was typed stays in the form."""
    page = on_the_phone(phone, FORM)
    write(phone, "Téléphone plein")
    page.evaluate(
        "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }; undefined"
    )
    phone.context.set_offline(True)
    page.wait_for_timeout(200)
    send(phone)
    expect(page.locator("[data-toasts] .toast").last).to_be_visible()
    assert page.locator("textarea[name=description]").input_value() == "Téléphone plein"
    assert phone.path == FORM


def test_a_crews_day_offline(live, visitor, phone, pothole, repaired):
    """Steve's round: opened at the garage, worked without a line, one report solved by somebody else meanwhile."""
    codes = reported(visitor(**PHONE), 3)
    phone.press_to_become("steve")
    phone.go(f"{FIELD}choisir/")
    for code in codes:
        phone.page.locator(f"label:has(input[value='{code}'])").tap()
    with arriving(phone.page):
        phone.page.locator("form[action$='/mettre/'] button").last.tap()
    page = on_the_phone(phone, FIELD)
    for code in codes:
        expect(page.locator(f"[data-stop][id='{code}']")).to_have_count(1)
    assert not (wrong := faults(phone)), "\n".join(wrong)

    phone.context.set_offline(True)
    page.goto(f"{live.url}{FIELD}")
    assert page.locator("html[data-kept]").count() == 1
    assert page.locator("svg.map").count() == 1
    page.wait_for_selector("html[data-outbox-ready]")
    expect(page.locator("[data-no-line]")).to_be_visible()
    assert page.locator("button[data-needs-line]:not([disabled]), a[data-needs-line]:not([aria-disabled])").count() == 0
    start(page, codes[0])
    work(page, codes[0], "Rempli à froid, deux sacs.", pothole, repaired)
    work(page, codes[1], "Auto stationnée dessus.", pothole, None, button="Impossible|Could not|N’a pas|N'a pas")
    work(page, codes[2], "Fait aussi.", None, repaired)
    assert len(page.evaluate(WAITING)) == 4
    page.goto(f"{live.url}{FIELD}")  # closed and opened again on the way: all of it is still there
    page.wait_for_selector(f"[id='{codes[0]}'] [data-waits]:not([hidden])")

    live.rows(
        "UPDATE issues_issue SET status = 'declined', answer = 'Réglé par le guichet.' WHERE code = %s RETURNING id",
        codes[2],
    )
    phone.context.set_offline(False)
    live.until("SELECT count(*) = 4 FROM issues_workrecord", seconds=60)
    outcome = (
        "SELECT w.act, w.outcome FROM issues_workrecord w JOIN issues_issue i ON i.id = w.issue_id WHERE i.code = %s"
    )
    assert live.rows(f"{outcome} ORDER BY w.received_at", codes[0]) == [("started", "applied"), ("done", "applied")]
    assert live.rows(outcome, codes[1]) == [("could_not", "noted")]
    assert live.rows(outcome, codes[2]) == [("done", "kept")]
    assert live.value("SELECT status FROM issues_issue WHERE code = %s", codes[2]) == "declined"
    made = "SELECT minutes, what, cost_cents FROM issues_workrecord w, issues_materialline m WHERE record_id = w.id"
    assert (35, "Asphalte froid", 4250) in live.rows(made)
    photos = "SELECT moment FROM issues_workphoto ORDER BY moment"
    assert [moment for (moment,) in live.rows(photos)] == ["after", "after", "before", "before"]
    expect(page.locator("[data-toasts] .toast", has_text=codes[2]).first).to_be_visible(timeout=15_000)
    phone.go(LIST)
    expect(page.locator(".outbox .tag.late")).to_have_count(1)
    assert codes[2] in page.locator(".outbox > li:has(.tag.late)").inner_text()


def reported(person, count):
    """Report so many problems with a line; return their codes."""
    codes = []
    for n in range(count):
        person.go(FORM)
        person.page.wait_for_selector("html[data-outbox-ready]")
        write(person, f"Pour la tournée {n}")
        send(person)
        person.page.wait_for_url("**/merci/**")
        codes.append(person.path.rsplit("/", 1)[1])
    return codes


def opened(page, code):
    """The stop of a report, opened."""
    stop = page.locator(f"[id='{code}']")
    if stop.get_attribute("open") is None:
        stop.locator("summary").first.tap()
    return stop


def start(page, code):
    stop = opened(page, code)
    if stop.locator("form[action$='/commence/'] button").count():
        stop.locator("form[action$='/commence/'] button").tap()
        stop.locator("form[action$='/commence/'] [data-outbox-said]:not(:empty)").wait_for()


def work(page, code, words, before, after, button=None):
    """Fill what was done, material on the first, and press a button."""
    stop = opened(page, code)
    form = stop.locator("form[action$='/fait/']")
    if before:
        form.locator("input[name=before]").set_input_files(before)
    if after:
        form.locator("input[name=after]").set_input_files(after)
    form.locator("textarea[name=note]").fill(words)
    if button is None and before:
        form.locator("input[name=minutes]").fill("35")
        form.locator("summary").tap()
        for name, value in {"what": "Asphalte froid", "quantity": "2", "unit": "sacs", "cost": "42,50"}.items():
            form.locator(f"input[name={name}_0]").fill(value)
    page.wait_for_timeout(600)
    form.locator("button[formaction]" if button else "button.btn:not([type=button]):not([formaction])").last.tap()
    form.locator("[data-outbox-said]:not(:empty)").wait_for()
