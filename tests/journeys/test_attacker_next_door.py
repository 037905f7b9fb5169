"""An attacker from the next municipality: signed in there as a clerk, second factor and all, tries everything here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from tests.live import Live

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.needs_postgres]

HERE, NEXT = "val-des-pins", "riviere-aux-aulnes"
SECRET = "Zorglubine"
REFUSED = {401, 403, 404, 405}
AWAY = {301, 302, 303}


@dataclass
class Caller:
    """Somebody's programs: they send what they like, with the session and the token of their own sign-in."""

    client: httpx.Client

    def become(self, key: str) -> None:
        """Sign in with one click."""
        page = self.client.get("/demo/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        answer = self.client.post("/demo/entrer/", data={"csrfmiddlewaretoken": token, "person": key})
        assert answer.status_code == 302

    def token(self, path: str) -> str:
        """A token of their own, from any page with a form."""
        page = self.client.get(path, follow_redirects=True).text
        return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]

    def post(self, path: str, **data: str) -> httpx.Response:
        """Send a form, or JSON to the API, with a token of their own, which is good for any page of the house."""
        if path.startswith("/api/"):
            return self.client.post(path, json=data, headers={"X-CSRFToken": self.token("/demo/")})
        return self.client.post(path, data={"csrfmiddlewaretoken": self.token("/demo/"), **data})


@pytest.fixture(scope="module")
def caller(live: Live) -> Iterator:
    """`caller(key)`: a new client signed in as a demo person, or nobody."""
    opened = []

    def make(key: str = "") -> Caller:
        made = Caller(httpx.Client(base_url=live.url, timeout=60, headers={"Accept-Language": "fr"}))
        opened.append(made)
        if key:
            made.become(key)
        return made

    yield make
    for made in opened:
        made.client.close()


def place(words: str, lat: float, lon: float) -> dict[str, str]:
    """The fields of a place."""
    return {"place_address": words, "place_lat": str(lat), "place_lon": str(lon), "place_ref": ""}


@dataclass
class Prey:
    """What Henri and the clerk of the town have."""

    code: str
    issue: str
    case: str
    person: str
    photo: str
    message: str
    team: str
    category: str


@pytest.fixture(scope="module")
def prey(live: Live, caller, tmp_path_factory) -> Prey:
    """A report of Henri's with a secret in its words, its photo, a conversation, an internal note."""
    from .conftest import photo

    henri, nadia = caller("henri"), caller("nadia")
    form = f"/{HERE}/signalements/nouveau"
    category, lat, lon = live.rows(
        "SELECT c.slug, t.lat, t.lon FROM issues_category c JOIN tenancy_territory t ON t.id = c.territory_id "
        "WHERE t.slug = %s AND c.is_active LIMIT 1",
        HERE,
    )[0]
    picture = photo(tmp_path_factory.mktemp("prey") / "a.jpg", size=(640, 480))
    sent = henri.client.post(
        form,
        data={
            "csrfmiddlewaretoken": henri.token(form),
            "description": f"{SECRET} au fond de ma cour",
            "category": category,
            "idempotency_key": "ab" * 16,
            **place(f"{SECRET} 12", lat, lon),
        },
        files={"photos": ("a.jpg", picture.read_bytes(), "image/jpeg")},
    )
    assert sent.status_code == 302, sent.text[:2000]
    code = sent.headers["Location"].rsplit("/", 1)[-1]
    issue, case, person = live.rows("SELECT id, case_id, person_id FROM issues_issue WHERE code = %s", code)[0]
    file = live.until("SELECT id FROM files_storedfile WHERE subject_id = %s AND state = 'ready'", issue)
    said = henri.post(f"/{HERE}/mon-espace/demandes/{code}/repondre/", text=f"{SECRET} encore")
    assert said.status_code == 302
    nadia.post(f"/{HERE}/bureau/dossiers/{code}/note/", text=f"{SECRET} note interne")
    message = live.until(
        "SELECT id FROM notifications_inboxmessage WHERE person_id = %s AND path LIKE %s LIMIT 1", person, f"%{code}%"
    )
    team = live.value(
        "SELECT m.id FROM identity_team m JOIN tenancy_territory t ON t.id = m.territory_id WHERE t.slug = %s LIMIT 1",
        HERE,
    )
    return Prey(code, *(str(value) for value in (issue, case, person, file, message, team)), category)


def reading(prey: Prey, town: str) -> list[str]:
    """Every address that shows something of the prey, under a town's name."""
    bureau = f"/{town}/bureau"
    return [
        f"{bureau}/dossiers/{prey.code}/",
        f"{bureau}/dossiers/?q={SECRET}",
        f"{bureau}/dossiers/?view=all&team={prey.team}",
        f"{bureau}/dossiers/membres/",
        f"{bureau}/dossiers/recus/",
        f"{bureau}/telephone/?q={prey.code}",
        f"{bureau}/telephone/?q=Henri+Ndiaye",
        f"{bureau}/telephone/{prey.person}/",
        f"{bureau}/personnes/?q=Ndiaye",
        f"{bureau}/personnes/{prey.person}/",
        f"{bureau}/personnes/{prey.person}/corriger/",
        f"{bureau}/signalements/nouveau/?person={prey.person}",
        f"{bureau}/equipe/equipes/{prey.team}/",
        f"/{town}/mon-espace/demandes/{prey.code}/",
        f"/{town}/mon-espace/demandes/{prey.case}/",
        f"/{town}/mon-espace/messages/{prey.message}/",
        f"/{town}/mon-espace/donnees/",
        f"/{town}/mon-espace/donnees/regards/",
        f"/{town}/mon-espace/donnees/emporter/{prey.person}/",
        f"/{town}/signalements/{prey.code}",
        f"/{town}/signalements/merci/{prey.code}",
        f"/{town}/signalements/les-miens",
        f"/{town}/signalements/",
        f"/{town}/recherche/?q={SECRET}",
        f"/{town}/recherche/?q={prey.code}",
        f"/{town}/carte/couche/issues?bbox=-180,-90,180,90&zoom=16",
        f"/{town}/carte/couches.json",
        f"/{town}/agenda.ics",
        *(f"/{town}/fichiers/{prey.photo}/{variant}" for variant in ("full", "medium", "small")),
        f"/api/v1/{town}/issues/{prey.code}",
        f"/api/v1/{town}/issues/{prey.issue}",
        f"/api/v1/{town}/issues/?status=open",
    ]


@pytest.mark.parametrize("town", [HERE, NEXT])
@pytest.mark.parametrize("who", ["", "patrick", "kevin"])
def test_nothing_is_read(live, caller, prey, town, who):
    """Neither under the town's own name nor under the next one's; by nobody, the next clerk, another resident."""
    attacker = caller(who)
    for path in reading(prey, town):
        answer = attacker.client.get(path, follow_redirects=True)
        assert answer.status_code < 500, path
        body = answer.text
        assert "henri@example.org" not in body, path
        assert f"{SECRET} au fond" not in body, path
        assert f"{SECRET} encore" not in body, path
        assert f"{SECRET} note" not in body, path
        if "Ndiaye" not in path:  # what was asked for is repeated in the field
            assert "Ndiaye" not in body, path
        if "/fichiers/" in path:
            assert answer.status_code == 404, path
        if "/bureau/" in path and town == HERE:
            assert answer.url.path.find("/bureau/") < 0 or answer.status_code in REFUSED, path


def acts(prey: Prey, town: str) -> list[tuple[str, dict[str, str]]]:
    """Every address that changes something of the prey, with what would change it."""
    case, report = f"/{town}/bureau/dossiers/{prey.code}", f"/{town}/bureau/signalements/{prey.code}"
    mine = f"/{town}/mon-espace/demandes/{prey.code}"
    steps = ("accept", "plan", "resolve", "decline", "show-text", "hide", "photo")
    names = ("message", "note", "start", "assign", "take", "stop", "promise", "close", "rename", "merge", "hand-over")
    said = {
        "text": "pirate",
        "answer": "pirate",
        "subject": "pirate",
        "reason": "other",
        "into": prey.code,
        "days": "0",
    }
    return [
        *((f"{report}/{name}/", said | {"photo": prey.photo, "public": "1"}) for name in steps),
        *((f"{case}/{name}/", said | {"team": prey.team, "to": prey.person}) for name in names),
        *((f"{mine}/{name}/", said | {"rating": "1"}) for name in ("repondre", "avis", "reprendre")),
        *((f"/api/v1/{town}/issues/{prey.code}/{name}", said) for name in ("accept", "resolve", "decline", "photos")),
        (f"/{town}/bureau/personnes/{prey.person}/corriger/", {"name": "pirate", "email": "pirate@example.org"}),
        (f"/{town}/bureau/equipe/equipes/{prey.team}/", {"name": "pirate", "slug": "pirate"}),
        (f"/{town}/mon-espace/messages/{prey.message}/", {}),
    ]


STATE = (
    "SELECT i.*, c.state, c.subject, c.team_id, c.assignee_id, c.due_at, c.satisfaction, f.is_public, p.name, p.email, "
    "m.name, (SELECT count(*) FROM cases_message WHERE case_id = c.id), (SELECT count(*) FROM cases_note "
    "WHERE case_id = c.id) FROM issues_issue i JOIN cases_case c ON c.id = i.case_id "
    "JOIN files_storedfile f ON f.subject_id = i.id JOIN identity_person p ON p.id = i.person_id "
    "CROSS JOIN identity_team m WHERE i.id = %s AND m.id = %s"
)


@pytest.mark.parametrize("town", [HERE, NEXT])
@pytest.mark.parametrize("who", ["", "patrick", "kevin"])
def test_nothing_is_changed(live, caller, prey, town, who):
    attacker = caller(who)
    before = live.rows(STATE, prey.issue, prey.team)
    assert before
    for path, data in acts(prey, town):
        answer = attacker.post(path, **data)
        assert answer.status_code in REFUSED | AWAY | {422}, f"{path}: {answer.status_code}"
        if answer.status_code in AWAY:
            assert "/compte/" in answer.headers["Location"], f"{path}: {answer.headers['Location']}"
    assert live.rows(STATE, prey.issue, prey.team) == before


def test_a_form_without_its_token_is_refused(caller, prey, live):
    """Even from somebody who may: another site's page could have sent it."""
    before = live.rows(STATE, prey.issue, prey.team)
    for key, town in (("nadia", HERE), ("henri", HERE)):
        client = caller(key).client
        for path, data in acts(prey, town):
            assert client.post(path, data=data, headers={"Origin": "https://attaque.example"}).status_code in REFUSED, (
                path
            )
    assert live.rows(STATE, prey.issue, prey.team) == before


def test_hidden_fields_say_nothing_about_who_one_is(live, caller, prey):
    """A report sent with somebody else's person, town, state and channel is the sender's own, here, new, by the web."""
    kevin = caller("kevin")
    form = f"/{HERE}/signalements/nouveau"
    lat, lon = live.rows("SELECT lat, lon FROM tenancy_territory WHERE slug = %s", HERE)[0]
    sent = kevin.post(
        form,
        **place("ici", lat, lon),
        description="à moi",
        category=prey.category,
        idempotency_key="cd" * 16,
        person=prey.person,
        person_id=prey.person,
        territory=NEXT,
        territory_id=NEXT,
        status="resolved",
        channel="phone",
        is_text_public="1",
        code=prey.code,
    )
    assert sent.status_code == 302
    code = sent.headers["Location"].rsplit("/", 1)[-1]
    assert code != prey.code
    row = live.rows(
        "SELECT p.email, t.slug, i.status, c.channel, i.is_text_public FROM issues_issue i JOIN cases_case c "
        "ON c.id = i.case_id JOIN identity_person p ON p.id = i.person_id JOIN tenancy_territory t "
        "ON t.id = i.territory_id WHERE i.code = %s",
        code,
    )
    assert row == [("kevin@example.org", HERE, "reported", "web", False)]


def test_somebody_elses_key_gives_nothing_away(live, caller, prey):
    """The idempotency key of another's form neither shows nor repeats their report."""
    kevin = caller("kevin")
    form = f"/{HERE}/signalements/nouveau"
    lat, lon = live.rows("SELECT lat, lon FROM tenancy_territory WHERE slug = %s", HERE)[0]
    sent = kevin.post(
        form, **place("ici", lat, lon), category=prey.category, description="x", idempotency_key="ab" * 16
    )
    assert prey.code not in sent.headers.get("Location", "")
    assert f"{SECRET} au fond" not in sent.text


def test_a_caller_is_not_found_from_next_door(live, caller, prey):
    """Next door's telephone page finds only who entered that town."""
    found = caller("patrick").client.get(f"/{NEXT}/bureau/telephone/?q=henri@example.org").text
    assert prey.person not in found
    assert "Ndiaye" not in found
