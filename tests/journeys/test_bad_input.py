"""What people and their telephones really send: too much, twice, too slowly, from two devices, without a session."""

import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import pytest
from playwright.sync_api import expect

from .browsing import DESKTOP, PHONE, arriving, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TOWN = "/val-des-pins"
FORM = f"{TOWN}/signalements/nouveau"
COUNT = "SELECT count(*) FROM issues_issue WHERE description = %s"


def fill(page, words):
    """The shortest report: words, an address, a kind."""
    page.locator("textarea[name=description]").fill(words)
    page.locator("[data-address], input[name=place_address]").first.fill("rue Principale")
    page.locator("[name=place_lat]").evaluate("(box, value) => { box.value = value; }", str(page.house_lat))
    page.locator("[name=place_lon]").evaluate("(box, value) => { box.value = value; }", str(page.house_lon))
    page.locator("label.tile:has(input[name=category])").first.click()


@pytest.fixture
def where(live):
    """The middle of the town's village."""
    return live.rows("SELECT lat, lon FROM tenancy_territory WHERE slug = 'val-des-pins'")[0]


@pytest.fixture
def send(live, where):
    """`send(words, files=…, client=…, key=…)`: post the form from a program, with a token of its own."""
    category = live.value("SELECT slug FROM issues_category WHERE is_active LIMIT 1")

    def post(words, *, client=None, files=None, key="", **more):
        client = client or httpx.Client(base_url=live.url, timeout=120)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(FORM).text)[1]
        data = {
            "csrfmiddlewaretoken": token,
            "description": words,
            "category": category,
            "place_address": "ici",
            "place_lat": str(where[0]),
            "place_lon": str(where[1]),
            "idempotency_key": key,
            **more,
        }
        return client.post(FORM, data=data, files=files)

    return post


@pytest.mark.parametrize("size", [30, 40])
def test_a_photo_of_thirty_megabytes_is_refused_in_words(live, send, size):
    body = b"\xff\xd8\xff\xe0" + bytes(size * 1024 * 1024)
    answer = send("trop lourd", files={"photos": ("a.jpg", body, "image/jpeg")})
    assert answer.status_code in {413, 422}
    assert "<h1" in answer.text
    assert live.value(COUNT, "trop lourd") == 0


def test_a_pdf_called_jpg_is_refused_and_the_words_stay(live, send):
    answer = send("un pdf", files={"photos": ("a.jpg", b"%PDF-1.7 " + bytes(3000), "image/jpeg")})
    assert answer.status_code == 422
    assert "un pdf" in answer.text
    assert live.value(COUNT, "un pdf") == 0


def test_a_place_outside_every_territory_is_refused(live, send):
    for lat, lon in (("48.85", "2.35"), ("0", "0"), ("91", "0"), ("nan", "inf"), ("x", "y")):
        answer = send("ailleurs", place_lat=lat, place_lon=lon)
        assert answer.status_code == 422, (lat, lon)
        assert "ailleurs" in answer.text
    assert live.value(COUNT, "ailleurs") == 0


def test_ten_thousand_characters_are_refused_and_kept(live, send):
    words = "é" * 10_000
    answer = send(words)
    assert answer.status_code == 422
    assert words in answer.text
    assert live.value(COUNT, words) == 0


def test_what_no_keyboard_types_is_no_error(send):
    for words in ("\x00nul", "\ud7ff", "'; DROP TABLE issues_issue; --", "<script>alert(1)</script>", "\u202eenvers"):
        assert send(words).status_code in {302, 422}, repr(words)


def test_a_double_click_makes_one_report(live, visitor, where):
    person = visitor(**DESKTOP)
    page = person.go(FORM)
    page.house_lat, page.house_lon = where
    fill(page, "double clic")
    page.locator("main form[data-once] button:not([type=button])").last.dblclick()
    page.wait_for_url("**/merci/**")
    assert live.value(COUNT, "double clic") == 1


def test_the_same_form_sent_eight_times_at_once_makes_one_report(live, send):
    """Without a script nothing holds the second press back: the operation itself must."""
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: send("huit fois", key="ef" * 16), range(8)))
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert live.value(COUNT, "huit fois") == 1


def test_two_devices_make_two_reports(live, send):
    """The same words from two telephones of one person are two reports: each form has its own key."""
    for key in ("1a" * 16, "2b" * 16):
        assert send("deux appareils", key=key).status_code == 302
    assert live.value(COUNT, "deux appareils") == 2


def test_a_session_that_ends_in_mid_form_loses_nothing(live, visitor, where):
    henri = visitor(**PHONE)
    henri.watch.allowed |= {403, 422}
    henri.press_to_become("henri")
    page = henri.go(FORM)
    page.house_lat, page.house_lon = where
    fill(page, "avant la fin de la session")
    until(page, "Object.keys(localStorage).some((name) => name.startsWith('draft:'))")
    with_owner(live, "DELETE FROM django_session")
    with arriving(page):
        page.locator("main form[data-once] button:not([type=button])").last.click()
    assert henri.path == f"{TOWN}/envois/", "it waits on the phone for its author"
    waiting = page.locator(".outbox > li")
    expect(waiting).to_have_count(1)
    assert "avant la fin" not in waiting.inner_text(), "nobody else reads it meanwhile"
    assert live.value(COUNT, "avant la fin de la session") == 0
    with arriving(page):
        waiting.get_by_role("link").first.tap()
    assert henri.path.endswith("/compte/connexion/") or "connexion" in henri.path
    henri.press_to_become("henri")
    live.until("SELECT count(*) = 1 FROM issues_issue WHERE description = 'avant la fin de la session'", seconds=30)
    henri.go(f"{TOWN}/envois/")
    expect(page.locator(".outbox > li .tag.ok")).to_have_count(1)
    assert live.value(COUNT, "avant la fin de la session") == 1
    person = "SELECT p.email FROM issues_issue i JOIN identity_person p ON p.id = i.person_id WHERE i.description = %s"
    assert live.value(person, "avant la fin de la session") == "henri@example.org"


def with_owner(live, statement):
    import psycopg

    with psycopg.connect(live.database.admin_url, autocommit=True) as connection:
        connection.execute(statement)


def test_a_slow_upload_holds_no_transaction(live):
    """Half a photo is on its way: nobody waits for it with a transaction open."""
    live.rested()  # the worker has transactions of its own, and gives way to whoever is busy
    host, port = "127.0.0.1", int(live.url.rsplit(":", 1)[1])
    head = (
        f"POST {FORM} HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: multipart/form-data; boundary=xx\r\n"
        "Content-Length: 4000000\r\nConnection: close\r\n\r\n--xx\r\nContent-Disposition: form-data; "
        'name="photos"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    )
    with ExitStack() as lines:
        for _ in range(12):  # three times as many as there are threads
            line = lines.enter_context(socket.create_connection((host, port)))
            line.sendall(head.encode() + bytes(1_000_000))
        deadline = time.monotonic() + 2
        while time.monotonic() < deadline:
            idle = live.value(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND state LIKE 'idle in transaction%%' AND now() - state_change > interval '0.4 s'"
            )
            assert idle == 0
            time.sleep(0.1)
        began = time.monotonic()
        assert httpx.get(f"{live.url}{TOWN}/carte/", timeout=20).status_code == 200
        assert time.monotonic() - began < 1, "others are served meanwhile"
