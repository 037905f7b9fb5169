"""Every page in both themes, on a phone and a desk: WCAG 2.2 A and AA, nothing sideways, no error."""

import pytest

from .browsing import DESKTOP, PHONE, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TOWN = "/val-des-pins"
BUREAU = f"{TOWN}/bureau"

PUBLIC = [
    "/",
    "/demo/",
    "/demo/messages/",
    f"{TOWN}/",
    f"{TOWN}/signalements/",
    f"{TOWN}/signalements/nouveau",
    f"{TOWN}/carte/",
    f"{TOWN}/recherche/?q=nid",
    f"{TOWN}/recherche/?q=xyzzy",
    f"{TOWN}/agenda/",
    f"{TOWN}/nouvelles/",
    f"{TOWN}/guides/",
    f"{TOWN}/organismes/",
    f"{TOWN}/plan-du-site/",
    f"{TOWN}/confidentialite/",
    f"{TOWN}/hors-ligne/",
    f"{TOWN}/compte/connexion/",
    f"{TOWN}/compte/connexion/code/",
    f"{TOWN}/compte/inscription/",
    f"{TOWN}/compte/mot-de-passe/oublie/",
    "/mrc-des-trois-sources/",
]
MINE = [
    f"{TOWN}/mon-espace/",
    f"{TOWN}/mon-espace/demandes/",
    f"{TOWN}/mon-espace/messages/",
    f"{TOWN}/mon-espace/donnees/",
    f"{TOWN}/mon-espace/donnees/regards/",
    f"{TOWN}/signalements/les-miens",
    f"{TOWN}/signalements/nouveau",
    f"{TOWN}/compte/",
    f"{TOWN}/compte/moi/",
    f"{TOWN}/compte/courriel/",
    f"{TOWN}/compte/appareils/",
    f"{TOWN}/compte/entrer/",
    f"{TOWN}/organismes/demander/",
]
STAFF = [
    f"{BUREAU}/",
    f"{BUREAU}/dossiers/",
    f"{BUREAU}/dossiers/recus/",
    f"{BUREAU}/telephone/",
    f"{BUREAU}/telephone/?q=judith",
    f"{BUREAU}/signalements/nouveau/?channel=phone",
    f"{BUREAU}/signalements/categories/",
    f"{BUREAU}/signalements/categories/nouvelle/",
    f"{BUREAU}/gens/personnes/",
    f"{BUREAU}/gens/equipe/",
    f"{BUREAU}/gens/organismes/",
]
# Wagtail's own menu stands around our staff screens; it is theirs to mend.
OURS = "main, .screen"


def of_a_report(live):
    """Pages of one report, in public and at the counter."""
    code = live.value(
        "SELECT i.code FROM issues_issue i JOIN tenancy_territory t ON t.id = i.territory_id "
        "WHERE t.slug = 'val-des-pins' AND NOT i.is_hidden AND i.person_id IS NOT NULL ORDER BY i.code LIMIT 1"
    )
    person = live.value("SELECT id FROM identity_person WHERE email = 'judith@example.org'")
    return [f"{TOWN}/signalements/{code}"], [f"{BUREAU}/dossiers/{code}/", f"{BUREAU}/telephone/{person}/"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=["phone", "desk"])
@pytest.mark.parametrize("who", ["", "judith", "nadia"], ids=["anybody", "resident", "clerk"])
def test_every_page_is_for_everybody(live, visitor, who, device, theme):
    person = visitor(**device, color_scheme=theme)
    public, counter = of_a_report(live)
    pages = {"": PUBLIC + public, "judith": MINE, "nadia": STAFF + counter}[who]
    if who:
        person.become(who)
    found = []
    for path in pages:
        page = person.go(path)
        inside = OURS if "/bureau/" in path else None
        found += [f"{path} {line}" for line in violations(page, within=inside)]
        if person.scrolls_sideways():
            found.append(f"{path} scrolls sideways")
        if page.locator("h1").count() != 1:
            found.append(f"{path} has {page.locator('h1').count()} titles")
    assert found == []


def test_at_four_hundred_percent_nothing_scrolls_sideways(live, visitor):
    """A window of 1280 pixels at 400 % is one of 320."""
    person = visitor(viewport={"width": 320, "height": 512})
    public, _ = of_a_report(live)
    wide = [path for path in PUBLIC + public if person.go(path) and person.scrolls_sideways()]
    person.become("judith")
    wide += [path for path in MINE if person.go(path) and person.scrolls_sideways()]
    assert wide == []
