"""Pages met only in the middle of something: a second lock, a code, an organisation, an erasure asked for."""

import re

import pytest

from parvis.core.identity.demo import PASSWORD

from .browsing import DESKTOP, arriving, faults
from .entering import set_up_app
from .pages import TOWN

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOCKS = "/compte/double-verification"
ASHBOURNE = "/ashbourne"


def press(person, button="main form button:not([type=button])"):
    """Press the last button of the page's form, and wait."""
    with arriving(person.page):
        person.page.locator(button).last.click()


def look(person, path, found):
    """Open a page, which must be there, and note what is wrong with it."""
    person.go(path)
    assert person.path == path.split("?")[0], f"{path} led to {person.path}"
    found += faults(person)


def test_the_second_lock(live, visitor):
    """An app, recovery codes, a passkey: made, shown, named, asked for, taken away."""
    email = "heather@ashbourne.example.org"
    heather, found = visitor(**DESKTOP), []
    line = heather.context.new_cdp_session(heather.page)
    line.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    line.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**options, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    set_up_app(heather, f"{ASHBOURNE}/bureau", email)
    page = heather.go(f"{ASHBOURNE}{LOCKS}/secours/creer/")
    if heather.path.endswith("/secours/creer/"):
        found += faults(heather)
        press(heather)
    look(heather, f"{ASHBOURNE}{LOCKS}/secours/", found)
    look(heather, f"{ASHBOURNE}{LOCKS}/cles/ajouter/", found)
    assert page.locator("label", has_text="Nom").count() == 1, "not in English"
    page.locator("input[name=name]").fill("Poste de Heather")
    page.locator("#add_passkey").click()
    page.wait_for_url(lambda url: not url.endswith("/cles/ajouter/"))
    key = live.value(
        "SELECT m.id FROM mfa_authenticator m JOIN identity_person p ON p.id = m.user_id "
        "WHERE p.email = %s AND m.type = 'webauthn'",
        email,
    )
    for path in ("/", "/cles/", f"/cles/{key}/nommer/", f"/cles/{key}/retirer/", "/application/retirer/"):
        look(heather, f"{ASHBOURNE}{LOCKS}{path}", found)
    for path in ("/confirmer/", "/cles/confirmer/"):
        look(heather, f"{ASHBOURNE}{LOCKS}{path}", found)

    again = visitor(**DESKTOP)
    page = again.go(f"{ASHBOURNE}/compte/connexion/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    press(again, "main form button.wide")
    assert again.path == f"{ASHBOURNE}{LOCKS}/code/"
    found += faults(again)

    heather.go(f"{ASHBOURNE}{LOCKS}/application/retirer/")
    press(heather)
    look(heather, f"{ASHBOURNE}{LOCKS}/application/activer/", found)
    heather.page.emulate_media(color_scheme="dark")
    behind = heather.page.locator("img.scanned").evaluate("image => getComputedStyle(image).backgroundColor")
    assert behind == "rgb(255, 255, 255)", "a camera reads the square in the dark too"
    assert not found, "\n".join(found)


def test_a_code_a_new_password_and_a_new_account(live, visitor):
    """The pages that a message leads to."""
    person, found = visitor(**DESKTOP), []
    person.watch.allowed.add(422)
    page = person.go(f"{TOWN}/compte/connexion/code/")
    page.locator("input[name=email]").fill("judith@example.org")
    press(person, "main form button.wide")
    assert person.path == f"{TOWN}/compte/connexion/code/confirmer/"
    found += faults(person)

    page = person.go(f"{TOWN}/compte/mot-de-passe/oublie/")
    page.locator("input[name=email]").fill("yolanda@example.org")
    press(person, "main form button.wide")
    person.go(link_to(live, "yolanda@example.org", "/mot-de-passe/nouveau/"))
    assert page.locator("input[type=password]").count() >= 1
    found += faults(person)

    other = visitor(**DESKTOP)
    page = other.go(f"{TOWN}/compte/inscription/")
    page.locator("input[name=name]").fill("Maëlle O'Neill")
    page.locator("input[name=email]").fill("maelle@example.org")
    if page.locator("input[name=password1]").count():
        page.locator("input[name=password1]").fill("des mots de passe longs")
    press(other, "main form button.wide")
    found += faults(other)
    other.go(link_to(live, "maelle@example.org", "/courriel/confirmer/"))
    found += faults(other)
    if "/courriel/confirmer/" in other.path:
        press(other)
    other.go(f"{TOWN}/mon-espace/")
    found += faults(other)
    assert "Maëlle O'Neill" in other.page.content() or "Maëlle O&#x27;Neill" in other.page.content()
    assert not found, "\n".join(found)


def link_to(live, address, part):
    """The path of the link in the newest message to an address."""
    text = live.until(
        "SELECT text FROM delivery_localcopy WHERE address = %s AND text LIKE %s ORDER BY at DESC LIMIT 1",
        address,
        f"%{part}%",
    )
    return re.search(r"https?://[^/\s]+(/\S+)", text)[1]


def test_an_organisation_from_asking_to_inviting(live, visitor):
    """Somebody asks, the town admits, a colleague is invited and comes."""
    monique, nadia, found = visitor(**DESKTOP), visitor(**DESKTOP), []
    monique.become("monique")
    page = monique.go(f"{TOWN}/organismes/demander/")
    for box in page.locator("main form :is(input[type=text], textarea)").all():
        box.fill("Théâtre d'Amours")
    page.locator("main form select[name=kind]").select_option(index=1)
    for box in page.locator("main form input[type=email]").all():
        box.fill("theatre@example.org")
    press(monique, "main form button.wide")
    slug = live.value("SELECT slug FROM identity_organisation ORDER BY id DESC LIMIT 1")
    look(monique, f"{TOWN}/organismes/{slug}/", found)
    nadia.become("nadia")
    look(nadia, f"{TOWN}/bureau/gens/organismes/", found)
    press(nadia, "main form[action$='/decider/'] button:not([name=refuse])")
    live.until("SELECT status = 'admitted' FROM identity_organisation WHERE slug = %s", slug)
    look(monique, f"{TOWN}/organismes/{slug}/gerer/", found)
    form = page.locator("form[action$='/inviter/']")
    form.locator("input[name=email]").fill("kevin@example.org")
    with arriving(page):
        form.locator("button").last.click()
    kevin = visitor(**DESKTOP)
    kevin.become("kevin")
    kevin.go(link_to(live, "kevin@example.org", "/organismes/invitation/"))
    found += faults(kevin)
    anybody = visitor(**DESKTOP)
    look(anybody, f"{TOWN}/organismes/{slug}/", found)
    look(anybody, f"{TOWN}/organismes/", found)
    assert not found, "\n".join(found)


def test_an_erasure_asked_for_is_seen_by_staff(live, visitor):
    """A resident asks, staff see the request; the resident changes their mind."""
    alexandre, nadia, found = visitor(**DESKTOP), visitor(**DESKTOP), []
    alexandre.become("alexandre")
    page = alexandre.go(f"{TOWN}/mon-espace/donnees/effacer/")
    for box in page.locator("main form input[type=checkbox]").all():
        box.check()
    for box in page.locator("main form input[type=radio]").all()[:1]:
        box.check(force=True)
    press(alexandre)
    asked = live.until(
        "SELECT r.id FROM privacy_erasurerequest r JOIN identity_person p ON p.id = r.person_id "
        "WHERE p.email = 'alexandre@example.org' LIMIT 1"
    )
    look(alexandre, f"{TOWN}/mon-espace/donnees/", found)
    nadia.become("nadia")
    look(nadia, f"{TOWN}/bureau/confidentialite/", found)
    look(nadia, f"{TOWN}/bureau/confidentialite/{asked}/", found)
    alexandre.go(f"{TOWN}/mon-espace/donnees/")
    press(alexandre, "form[action*='/annuler/'] button")
    assert not found, "\n".join(found)


def test_an_answer_in_the_inbox_and_by_mail(live, visitor):
    """Staff write to a resident: the message in the space, and the mail as the demonstration shows it."""
    judith, nadia, found = visitor(**DESKTOP), visitor(**DESKTOP), []
    person = live.value("SELECT id FROM identity_person WHERE email = 'judith@example.org'")
    code = live.value(
        "SELECT c.code FROM cases_case c JOIN tenancy_territory t ON t.id = c.territory_id WHERE c.person_id = %s "
        "AND t.slug = %s ORDER BY c.opened_at DESC LIMIT 1",
        person,
        TOWN[1:],
    )
    nadia.become("nadia")
    page = nadia.go(f"{TOWN}/bureau/dossiers/{code}/")
    page.locator("form[action$='/message/'] textarea").fill("Pouvez-vous préciser l'endroit ?")
    press(nadia, "form[action$='/message/'] button")
    message = live.until(
        "SELECT id FROM notifications_inboxmessage WHERE person_id = %s AND topic = 'cases' LIMIT 1", person
    )
    sent = live.until("SELECT id FROM delivery_localcopy WHERE person_id = %s AND channel = 'email' LIMIT 1", person)
    judith.become("judith")
    look(judith, f"{TOWN}/mon-espace/messages/", found)
    look(judith, f"{TOWN}/mon-espace/messages/{message}/", found)
    look(judith, f"{TOWN}/mon-espace/demandes/{code}/", found)
    look(judith, "/demo/messages/", found)
    look(judith, f"/demo/messages/{sent}/", found)
    assert not found, "\n".join(found)


def test_a_role_of_the_towns_own(live, visitor):
    """Made by the town, shown with what it gives."""
    nadia, found = visitor(**DESKTOP), []
    nadia.become("nadia")
    page = nadia.go(f"{TOWN}/bureau/gens/equipe/roles/nouveau/")
    page.locator("main input[name=name]").fill("Été d'Amours")
    page.locator("main form input[type=checkbox]").first.check()
    press(nadia)
    role = live.value("SELECT id FROM identity_role WHERE name = %s", "Été d'Amours")
    look(nadia, f"{TOWN}/bureau/gens/equipe/roles/{role}/", found)
    assert not found, "\n".join(found)
