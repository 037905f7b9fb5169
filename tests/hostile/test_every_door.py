"""Words, places and documents that mean harm, at every door: refused in words, or kept and shown as mere words."""

import csv
import io
import json
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from parvis.core.cases.models import Case
from parvis.core.content.tests.factories import make_content
from parvis.core.files.models import StoredFile
from parvis.core.geo.models import Boundary
from parvis.core.identity.tests.factories import make_staff, sign_in
from parvis.core.inbound.tests.letters import raw
from parvis.modules.issues import operations
from parvis.modules.issues.models import Issue
from parvis.modules.issues.tests.factories import CategoryFactory

from .doors import DOORS, MAIL, PLACED, House, inbound, mail, named, registry, use

pytestmark = pytest.mark.django_db
HERE = ("45.8", "-71.9")
WORDS = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "\"><svg/onload=alert(1)> ' onmouseover=alert(1) x='",
    "{{ 7*7 }}{% load x %}%(name)s%s%n${jndi:x}",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "'; DROP TABLE issues_issue; --",
    '<!DOCTYPE a [<!ENTITY b "boum">]><a>&b;</a> ]]> <![CDATA[x]]>',
    "\u202eenvers\u202c\u200b a\u0301\u0301",
    "rouge \x1b[31m \x07\x0b",
    "nul\x00nul",
    "moitié \ud800 seule",
    "\U0001f573" * 900,
)
PLACES = (
    ("NaN", "NaN"),
    ("nan", "-71.9"),
    ("Infinity", "-71.9"),
    ("45.8", "-Infinity"),
    ("1e400", "-71.9"),
    ("91", "-71.9"),
    ("45.8", "-181"),
    ("1" * 400, "1" * 400),
    ("-71.9", "45.8"),  # swapped
    ("48.85", "2.35"),  # another country
    ("0", "0"),
    ("quarante-cinq", "x"),
    ("[45.8]", "{}"),
    ("45.8; DROP TABLE x", "-71.9"),
)
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE z [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b'<!ENTITY f SYSTEM "file:///etc/passwd">]><z>&j;&f;</z>'
)


@pytest.fixture
def house(territory, neighbour, tmp_path, settings):
    settings.INBOUND_DOMAIN, settings.MEDIA_ROOT = MAIL, tmp_path
    make_content(territory)
    window = {"west": -72.0, "south": 45.7, "east": -71.8, "north": 45.9}
    ring = [[-72.0, 45.7], [-71.8, 45.7], [-71.8, 45.9], [-72.0, 45.9], [-72.0, 45.7]]
    Boundary.objects.create(
        territory=territory, polygon={"type": "Polygon", "coordinates": [ring]}, surface=340, **window
    )
    kind = CategoryFactory(slug="nid-de-poule")
    return House(territory, Client(headers={"host": "localhost"}, raise_request_exception=False), kind, tmp_path)


class Active(HTMLParser):
    """What would run on a page: scripts written in it, attributes that are scripts, addresses that are."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if (tag == "script" and "src" not in said and said.get("type") != "application/json") or said.get("src") == "x":
            self.found.append((tag, said))
        self.found += [(tag, name) for name in said if name.startswith("on")]
        self.found += [
            (tag, value) for value in said.values() if (value or "").strip().lower().startswith("javascript")
        ]


def body_of(answer):
    assert answer.status_code == 200, answer.content[:300]
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


def shown_to_everyone(house):
    """Everything public that holds the reports, read as its readers read it."""
    base, slug = f"/{house.town.slug}/signalements", house.town.slug
    codes = set(Issue.objects.values_list("code", flat=True))
    assert Active(body_of(house.client.get(f"{base}/"))).found == []
    rows = list(csv.DictReader(io.StringIO(body_of(house.client.get(f"{base}/liste.csv")).removeprefix("\ufeff"))))
    assert {row["code"] for row in rows} == codes
    cells = [cell for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell.lstrip().startswith(("=", "@", "+"))]
    collection = json.loads(body_of(house.client.get(f"{base}/liste.geojson")))
    assert {feature["id"] for feature in collection["features"]} == codes
    ElementTree.fromstring(body_of(house.client.get(f"{base}/liste.atom")))
    everything = f"/api/open311/v2/requests.xml?jurisdiction_id={slug}&start_date=2020-01-01T00:00:00Z"
    found = ElementTree.fromstring(body_of(house.client.get(everything))).iter("service_request_id")
    assert {one.text for one in found} <= codes
    for issue in Issue.objects.all():
        assert Active(body_of(house.client.get(f"{base}/{issue.code}"))).found == []
        [told] = house.client.get(f"/api/open311/v2/requests/{issue.code}.json?jurisdiction_id={slug}").json()
        assert told["service_request_id"] == issue.code
        assert house.client.get(f"/api/v1/{slug}/issues/{issue.code}").json()["description"] == issue.description


def shown_to_staff(house):
    """The work list and the page of each case."""
    staff = Client(headers={"host": "localhost"})
    sign_in(staff, make_staff(house.town))
    for path in ("", *(f"{code}/" for code in Case.objects.values_list("code", flat=True))):
        assert Active(body_of(staff.get(f"/{house.town.slug}/bureau/dossiers/{path}"))).found == [], path


@pytest.mark.parametrize("door", DOORS, ids=named)
def test_words_stay_words(house, clerk, door):
    kept = 0
    for words in WORDS:
        status = door(house, words, *HERE)
        assert status < 500, words
        kept += status < 400
        assert Case.objects.count() == kept, words
        cannot_be_kept = "\x00" in words or "\ud800" in words
        assert status < 400 or cannot_be_kept or door is registry, words
    assert kept > 5
    for issue in Issue.objects.all():
        operations.release_text(actor=clerk, issue=issue, is_public=True, now=timezone.now())
    if door is not mail:
        shown_to_everyone(house)
    shown_to_staff(house)


@pytest.mark.parametrize("door", PLACED, ids=named)
def test_a_place_that_is_none_makes_no_report(house, door):
    for place in PLACES:
        assert 400 <= door(house, "Un trou", *place) < 500, place
        assert not Issue.objects.exists(), place
        assert not Case.objects.exists(), place


@pytest.mark.parametrize(
    "kind", ["application/xml", "text/xml", "application/json", "application/x-www-form-urlencoded"]
)
def test_a_bomb_as_the_body_is_never_opened(house, kind):
    slug = house.town.slug
    for path in (
        f"/api/v1/{slug}/issues/",
        f"/api/v1/{slug}/issues/with-photos",
        f"/api/open311/v2/requests.xml?jurisdiction_id={slug}",
        f"/{slug}/signalements/nouveau",
    ):
        answer = house.client.post(path, BOMB, content_type=kind)
        assert 400 <= answer.status_code < 500, (path, answer.content[:300])
        assert b"root:" not in answer.content
    assert not Issue.objects.exists()


def test_a_bomb_as_a_photo_or_an_attachment_is_not_kept(house):
    slug, said = house.town.slug, {"category": house.kind.slug, "lat": HERE[0], "lon": HERE[1]}
    for name, kind in (("plan.svg", "image/svg+xml"), ("photo.jpg", "image/jpeg"), ("plan.xml", "text/xml")):
        photo = SimpleUploadedFile(name, BOMB, kind)
        assert house.client.post(f"/api/v1/{slug}/issues/with-photos", {**said, "photos": [photo]}).status_code == 422
    assert not Issue.objects.exists()
    letter = raw(files=(("plan.svg", "image/svg+xml", BOMB), ("plan.xml", "text/xml", BOMB)))
    with use(territory=None):
        inbound.take_in(letter, recipient=f"{slug}@{MAIL}", envelope_from="lise@example.test", now=timezone.now())
    assert Case.objects.count() == 1
    assert not StoredFile.objects.exists()


def test_a_bomb_as_a_register_is_refused(house):
    assert registry(house, BOMB.decode(), *HERE) in {200, 422}
    for issue in Issue.objects.all():
        assert issue.description == BOMB.decode(), "as words, never opened"


def test_a_letter_without_a_place_needs_none(house):
    assert mail(house, "Le lampadaire est éteint") == 200
    assert Case.objects.get().lat is None
