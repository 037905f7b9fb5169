"""Open311 between strangers: a small client written on the specification only, and a town that passes reports on."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from tests.live import Live

from .test_attacker_next_door import caller as caller  # a fixture of this module too

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.needs_postgres]

TOWN, REGION = "val-des-pins", "mrc-des-trois-sources"
TOLD = "%Ponceau nettoyé par la MRC%"
STATUS = "SELECT status = %s FROM issues_issue WHERE code = %s"


LISTS = {"endpoints", "formats", "services", "attributes", "values", "service_requests", "errors"}
"""What the specification has as lists; in XML each holds one element a row."""


def plain(element: ElementTree.Element) -> str | list | dict:
    """Return what an XML document says as its JSON twin would."""
    if element.tag in LISTS:
        return [plain(child) for child in element]
    return {child.tag: plain(child) for child in element} if len(element) else element.text or ""


@dataclass
class Client:
    """GeoReport v2 as its specification has it, in either format; it knows nothing of the house."""

    form: str
    discovery: str
    jurisdiction_id: str
    api_key: str

    def __post_init__(self) -> None:
        endpoints = self._read(httpx.get(f"{self.discovery}.{self.form}", timeout=60))["endpoints"]
        [mine] = [one for one in endpoints if one["specification"] == "http://wiki.open311.org/GeoReport_v2"]
        assert {"xml": "text/xml", "json": "application/json"}[self.form] in mine["formats"]
        self.url = mine["url"]

    def _read(self, answer: httpx.Response) -> Any:
        kind = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}[self.form]
        assert answer.headers["Content-Type"] == kind
        document = plain(ElementTree.fromstring(answer.content)) if self.form == "xml" else answer.json()
        if answer.status_code >= 400:
            raise LookupError([(str(one["code"]), one["description"]) for one in document])
        return document

    def get(self, resource: str, **asked: str) -> Any:
        asked = {"jurisdiction_id": self.jurisdiction_id, **asked}
        return self._read(httpx.get(f"{self.url}/{resource}.{self.form}", params=asked, timeout=60))

    def fill(self, service: dict[str, Any]) -> dict[str, str]:
        """Answer what the definition of a service requires, if it has one."""
        if str(service["metadata"]).lower() != "true":
            return {}
        said = {}
        for attribute in self.get(f"services/{service['service_code']}")["attributes"]:
            kind, many = attribute["datatype"], attribute["datatype"] == "multivaluelist"
            answers = {"number": "3", "datetime": "2026-03-10T14:00:00-04:00"}
            listed = attribute["values"][0]["key"] if attribute.get("values") else None
            if str(attribute["variable"]).lower() == str(attribute["required"]).lower() == "true":
                said[f"attribute[{attribute['code']}]" + ("[]" if many else "")] = listed or answers.get(kind, "oui")
        return said

    def send(self, **fields: str) -> str:
        """Send a request in and return its number, by its token where there is one."""
        form = {"jurisdiction_id": self.jurisdiction_id, "api_key": self.api_key, **fields}
        [taken] = self._read(httpx.post(f"{self.url}/requests.{self.form}", data=form, timeout=60))
        number, token = taken.get("service_request_id"), taken.get("token")
        assert bool(number) != bool(token), "one or the other"
        return number or self.get(f"tokens/{token}")[0]["service_request_id"]


def make_key(live: Live, town: str) -> str:
    """A program's key for a town, as if its clerk had approved it."""
    token = secrets.token_urlsafe(32)
    live.rows(
        "INSERT INTO apikeys_apikey "
        "(id, territory_id, name, purpose, scopes, email, state, reason, per_minute, prefix, "
        "token_hash, asked_at, issued_at, expires_at) SELECT gen_random_uuid(), id, 'Essai', 'Essais', "
        "ARRAY['issues.report'], '', 'active', '', 600, 'pvk_essai', %s, now(), now(), now() + interval '1 day' "
        "FROM tenancy_territory WHERE slug = %s RETURNING id",
        hashlib.sha256(token.encode()).hexdigest(),
        town,
    )
    return token


def place_of(live: Live, town: str) -> tuple[str, str]:
    lat, lon = live.rows("SELECT lat, lon FROM tenancy_territory WHERE slug = %s", town)[0]
    return str(lat), str(lon)


@pytest.mark.parametrize("form", ["xml", "json"])
def test_a_client_that_knows_only_the_specification(live: Live, caller, form: str) -> None:
    client = Client(form, f"{live.url}/api/open311/v2/discovery", TOWN, make_key(live, TOWN))
    services = client.get("services")
    assert services
    asking = next(service for service in services if str(service["metadata"]).lower() == "true")
    lat, lon = place_of(live, TOWN)
    number = ""
    for service in [asking, *services[:2]]:
        code = service["service_code"]
        number = client.send(
            service_code=code, lat=lat, long=lon, description="Trou & bosse <ici>", **client.fill(service)
        )
        [request] = client.get(f"requests/{number}")
        assert (request["status"], request["service_code"]) == ("open", code)
        assert not request.get("description"), "nothing is public before staff released it"
    [token] = client.get(f"tokens/{number}")
    assert token["service_request_id"] == number
    with pytest.raises(LookupError, match="403"):
        Client(form, client.discovery, TOWN, "inventée").send(service_code=code, lat=lat, long=lon)
    with pytest.raises(LookupError, match="404"):
        client.get("requests/RIEN")
    nadia = caller("nadia")
    nadia.post(f"/{TOWN}/bureau/signalements/{number}/resolve/", answer="Bouché ce matin.")
    live.until(STATUS, "resolved", number)
    [request] = client.get("requests", service_request_id=number, api_key=client.api_key)
    assert (request["status"], request["status_notes"]) == ("closed", "Bouché ce matin.")
    assert datetime.fromisoformat(request["updated_datetime"]).tzinfo is not None
    [public] = client.get("requests", service_request_id=number)
    assert "Bouché" not in public["status_notes"]


def test_a_report_is_passed_on_to_another_body_and_its_answer_comes_home(live: Live, caller) -> None:
    nadia, etienne = caller("nadia"), caller("etienne")
    bodies = f"/{TOWN}/bureau/signalements/organismes/"
    made = nadia.post(
        f"{bodies}nouveau/",
        name="La MRC par Open311",
        url=f"{live.url}/api/open311/v2",
        jurisdiction_id=REGION,
        api_key=make_key(live, REGION),
        closes_here="on",
        shares_words="on",
        is_active="on",
    )
    assert made.status_code == 302, made.text[:2000]
    body = live.until("SELECT id FROM issues_endpoint WHERE services <> '[]' AND name = 'La MRC par Open311'")
    kind = live.value(
        "SELECT c.slug FROM issues_category c JOIN tenancy_territory t ON t.id = c.territory_id AND t.slug = %s "
        "WHERE c.is_active AND NOT EXISTS (SELECT 1 FROM issues_destination d WHERE d.category_id = c.id) "
        "AND EXISTS (SELECT 1 FROM issues_endpoint e, jsonb_array_elements(e.services) s "
        "WHERE e.id = %s AND s->>'service_code' = c.slug AND s->'attributes' = '[]') LIMIT 1",
        TOWN,
        body,
    )
    chosen = nadia.post(f"{bodies}{body}/envoi/", category=kind, service_code=kind, is_automatic="on")
    assert chosen.status_code == 302, chosen.text[:2000]

    lat, lon = place_of(live, TOWN)
    reporter = "riveraine@example.org"
    said = {"category": kind, "lat": float(lat), "lon": float(lon), "description": "Ponceau bouché", "email": reporter}
    answer = httpx.post(f"{live.url}/api/v1/{TOWN}/issues/", json=said, timeout=60)
    assert answer.status_code == 201, answer.text
    home = answer.json()["code"]
    there = live.until(
        "SELECT p.request_id FROM issues_passedon p JOIN issues_issue i ON i.id = p.issue_id "
        "WHERE i.code = %s AND p.stage = 'sent'",
        home,
    )
    live.until(STATUS, "accepted", home)
    words = live.value("SELECT description FROM issues_issue WHERE code = %s", there)
    assert words.startswith("Ponceau bouché")
    assert home in words
    assert live.value("SELECT count(*) FROM issues_issue WHERE description LIKE %s", f"%{home}%") == 1

    etienne.post(f"/{REGION}/bureau/signalements/{there}/resolve/", answer="Ponceau nettoyé par la MRC.")
    live.until(STATUS, "resolved", there)
    nadia.post(f"/{TOWN}/bureau/signalements/{home}/ask-there/")
    live.until(STATUS, "resolved", home)
    assert live.value("SELECT answer FROM issues_issue WHERE code = %s", home).endswith("Ponceau nettoyé par la MRC.")
    page = nadia.client.get(f"/{TOWN}/bureau/dossiers/{home}/").text
    assert there in page
    live.until("SELECT count(*) > 0 FROM delivery_outgoing WHERE address = %s AND text LIKE %s", reporter, TOLD)
    assert not live.value("SELECT count(*) FROM cases_case WHERE code = %s AND contact_email <> ''", there)
