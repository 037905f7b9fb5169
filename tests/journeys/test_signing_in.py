"""The doors of an account, in a real browser: a passkey, a code by e-mail, a password with an authenticator app."""

import re
from urllib.parse import urlsplit

import pytest

from parvis.core.identity.demo import PASSWORD

from .browsing import DESKTOP, PHONE, arriving
from .entering import one_time_code, set_up_app

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.slow]

TOWN = "/val-des-pins"
ACCOUNT = f"{TOWN}/compte"
BUREAU = f"{TOWN}/bureau"


def send(person, *, leaving):
    """Send the form of the entrance and wait until that page is left."""
    person.page.locator("main form button.wide").first.click()
    person.page.wait_for_url(lambda url: not url.split("?")[0].endswith(leaving))
    person.page.wait_for_load_state("networkidle")


def with_password(person, email, *, at=f"{ACCOUNT}/connexion/"):
    """Write an address and the password of the demo people, and enter."""
    page = person.go(at)
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    send(person, leaving="/compte/connexion/")


def arrive(person, path):
    """Wait until they are at a path, and the page at rest."""
    person.page.wait_for_url(lambda url: urlsplit(url).path == path)
    person.page.wait_for_load_state("networkidle")


def is_signed_in(person):
    """Whether the account page is theirs to see."""
    person.go(f"{ACCOUNT}/")
    return person.path == f"{ACCOUNT}/"


def device(person):
    """A telephone that recognises its owner: Chromium's own authenticator. Return its session and its id."""
    line = person.context.new_cdp_session(person.page)
    line.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    return line, line.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def sign_out(person):
    """Leave, as anybody does, through the page that asks."""
    person.go(f"{ACCOUNT}/deconnexion/")
    with arriving(person.page):
        person.page.locator("main form button:not([type=button])").first.click()
    assert not is_signed_in(person)


def add_passkey(person, name):
    """Add this device to the account."""
    page = person.go(f"{ACCOUNT}/double-verification/cles/ajouter/")
    if person.path == f"{ACCOUNT}/confirmer/":  # what protects an account is changed only after the password again
        page.locator("input[name=password]").fill(PASSWORD)
        send(person, leaving="/confirmer/")
    page.locator("input[name=name]").fill(name)
    box = page.locator("input[name=passwordless]")
    if box.count():
        box.check()
    page.locator("#add_passkey").click()
    page.wait_for_url(lambda url: not url.endswith("/cles/ajouter/"))
    page.wait_for_load_state("networkidle")


def test_a_passkey_is_made_and_opens_the_account_alone(live, visitor):
    alexandre = visitor(**PHONE)
    line, authenticator = device(alexandre)
    with_password(alexandre, "alexandre@example.org")
    add_passkey(alexandre, "Téléphone d'Alexandre")
    page = alexandre.go(f"{ACCOUNT}/double-verification/cles/")
    assert "Téléphone d'Alexandre" in page.locator("main").inner_text()
    assert len(line.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]) == 1

    sign_out(alexandre)
    page = alexandre.go(f"{ACCOUNT}/connexion/?next={TOWN}/mon-espace/")
    page.locator("#passkey_login").click()
    arrive(alexandre, f"{TOWN}/mon-espace/")
    assert is_signed_in(alexandre)
    [(method,)] = live.rows(
        "SELECT s.method FROM identity_signin s JOIN identity_person p ON p.id = s.person_id "
        "WHERE p.email = 'alexandre@example.org' ORDER BY s.at DESC LIMIT 1"
    )
    assert method == "passkey"


def test_a_passkey_of_nobody_here_opens_nothing_and_says_so(visitor):
    """The device of somebody without an account, and one whose owner says no: the page explains, nothing breaks."""
    stranger = visitor(**PHONE)
    line, authenticator = device(stranger)
    page = stranger.go(f"{ACCOUNT}/connexion/")
    # Chromium waits for a key that is not there; its owner gives up.
    line.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    page.locator("#passkey_login").click()
    page.locator("[data-passkey-error]").first.wait_for(state="visible", timeout=90_000)
    assert stranger.path == f"{ACCOUNT}/connexion/"
    assert not is_signed_in(stranger)


def test_a_passkey_opens_the_back_office_without_a_second_code(visitor):
    """A passkey is two factors in one: who has the device, and whom the device recognises."""
    steve = visitor(**DESKTOP)
    device(steve)
    page = steve.go(f"{BUREAU}/")
    page.locator("input[name=login]").fill("steve@val-des-pins.example.org")
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/double-verification/**")
    page.locator("a[href$='/cles/ajouter/']").click()
    page.wait_for_url("**/cles/ajouter/")
    add_passkey(steve, "Poste du guichet")
    steve.go(f"{BUREAU}/dossiers/")
    assert steve.path == f"{BUREAU}/dossiers/"

    steve.context.clear_cookies()
    page = steve.go(f"{BUREAU}/dossiers/")
    page.locator("#passkey_login").click()
    arrive(steve, f"{BUREAU}/dossiers/")


def test_a_code_by_mail_opens_the_account(live, visitor):
    address = "monique@example.org"
    monique = visitor(**PHONE)
    asked = live.value("SELECT coalesce(max(at), now() - interval '1 day') FROM delivery_localcopy")
    page = monique.go(f"{ACCOUNT}/connexion/code/?next={TOWN}/mon-espace/")
    page.locator("input[name=email]").fill(address)
    send(monique, leaving="/connexion/code/")
    assert monique.path == f"{ACCOUNT}/connexion/code/confirmer/"
    text = live.until(
        "SELECT text FROM delivery_localcopy WHERE address = %s AND at > %s ORDER BY at DESC LIMIT 1", address, asked
    )
    found = re.search(r"^\s*([A-Z]{4}-[A-Z]{4})\s*$", text, re.MULTILINE)
    assert found, text
    code = found[1]

    monique.watch.allowed |= {422}
    page.locator("input[name=code]").fill("BBBB-BBBB")
    page.locator("main form button.wide").first.click()
    page.locator(".errors, .errorlist").first.wait_for()
    assert monique.path == f"{ACCOUNT}/connexion/code/confirmer/", "a wrong code opens nothing"
    page.locator("input[name=code]").fill(code.lower())
    send(monique, leaving="/confirmer/")
    assert monique.path == f"{TOWN}/mon-espace/"

    other = visitor(**PHONE)
    page = other.go(f"{ACCOUNT}/connexion/code/")
    page.locator("input[name=email]").fill(f"personne-{code.lower()}@example.org")
    send(other, leaving="/connexion/code/")
    assert other.path == f"{ACCOUNT}/connexion/code/confirmer/", "the page does not say who has an account"
    kept = live.rows("SELECT text, html FROM delivery_outgoing WHERE address = %s", address)
    assert all(code not in f"{row}" for row in kept), "once sent, the code is wiped from the outbox"


def test_staff_enter_with_a_password_and_the_code_of_an_app(visitor):
    """The second time, and from another device: the password alone leads to the code, the code to the work list."""
    email = "rejean@val-des-pins.example.org"
    first = visitor(**DESKTOP)
    secret = set_up_app(first, BUREAU, email)
    again = visitor(**DESKTOP)
    again.watch.allowed |= {422}
    with_password(again, email, at=f"{BUREAU}/dossiers/")
    assert again.path == f"{ACCOUNT}/double-verification/code/"
    page = again.go(f"{BUREAU}/dossiers/")
    assert not again.path.startswith(BUREAU), "without the code, nothing of the back office"
    page = again.go(f"{ACCOUNT}/double-verification/code/?next={BUREAU}/dossiers/")
    page.locator("input[name=code]").fill("000000")
    page.locator("main form button.wide").first.click()
    page.locator(".errors, .errorlist").first.wait_for()
    page.locator("input[name=code]").fill(one_time_code(secret, later=1))  # each code opens once
    page.locator("main form button.wide").first.click()
    arrive(again, f"{BUREAU}/dossiers/")
