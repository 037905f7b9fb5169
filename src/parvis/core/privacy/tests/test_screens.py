"""The staff screens, opened by the officer in three languages, and by nobody else."""

import pytest
from django.urls import set_script_prefix
from django.utils import timezone

from parvis.core.audit.models import View
from parvis.core.content.tests.factories import make_content
from parvis.core.identity.tests.factories import make_staff, sign_in
from parvis.core.privacy import operations, queries
from parvis.core.privacy.models import Consent, DataRequest, ErasureRequest, Incident, Policy, RequestKind
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope

from .conftest import NEWS
from .test_registers import KNOWN, words

pytestmark = pytest.mark.django_db
NOW = timezone.now()
SCREENS = (
    "",
    "traitements/",
    "traitements.csv",
    "evaluations/",
    "evaluations/issues/",
    "incidents/",
    "incidents.csv",
    "incidents/nouveau/",
    "incidents/{incident}/",
    "incidents/{incident}/corriger/",
    "incidents/{incident}/avis/commission/",
    "incidents/{incident}/avis/personnes/",
    "politique/",
    "politique/es/",
    "demandes/{request}/",
)


@pytest.fixture(autouse=True)
def back_office(territory, neighbour):
    make_content(territory)
    make_content(neighbour)
    yield
    set_script_prefix("/")


@pytest.fixture
def desk(territory):
    """Where the screens are."""
    return f"/{territory.slug}/bureau/confidentialite/"


@pytest.fixture
def things(me, judith, officer):
    """One of each thing that a screen shows."""
    incident = operations.note_incident(actor=officer, now=NOW, **KNOWN)
    asked = operations.ask_request(
        actor=me, person_id=judith.pk, kind=RequestKind.CORRECTION, words="Mon nom est faux.", now=NOW
    )
    return {"incident": incident.pk, "request": asked.pk}


@pytest.mark.parametrize("screen", SCREENS)
def test_the_officer_opens_each_and_a_clerk_none(client, territory, desk, things, screen):
    sign_in(client, make_staff(territory, "privacy.handle"))
    for language in ("", "/en", "/es"):
        assert client.get(f"{language}{desk}{screen.format(**things)}").status_code == 200
    sign_in(client, make_staff(territory, "privacy.note"))
    assert client.get(f"{desk}{screen.format(**things)}").status_code == 403


def test_things_of_the_next_town_are_not_found(client, neighbour, things):
    with use(territory=neighbour):
        sign_in(client, make_staff(neighbour))
    for screen in ("incidents/{incident}/", "demandes/{request}/"):
        assert client.get(f"/{neighbour.slug}/bureau/confidentialite/{screen.format(**things)}").status_code == 404


def test_a_request_is_answered_on_its_screen(client, territory, judith, desk, things):
    sign_in(client, make_staff(territory, "privacy.handle"))
    page = f"{desk}demandes/{things['request']}/"
    assert client.post(page, {"answer": ""}).status_code == 200
    assert client.post(page, {"answer": "C'est corrigé.", "done": "1"}).status_code == 302
    assert DataRequest.objects.get().state == "done"
    with use(person=judith.pk, scope=Scope.MINE):
        assert {row.reason for row in View.objects.filter(person_id=judith.pk)} == {"request"}


def test_a_clerk_writes_down_a_yes_a_request_and_an_erasure(client, with_module, territory, judith, desk):
    clerk = make_staff(territory, "privacy.note")
    sign_in(client, clerk)
    page = f"{desk}personne/{judith.pk}/"
    assert "Nouvelles du parc" in client.get(page).content.decode()
    client.post(f"{page}dire/", {"purpose": NEWS, "say": "yes", "channel": "phone"})
    assert queries.consents(judith.pk, NEWS)
    assert Consent.objects.get().channel == "phone"
    refused = client.post(page, {"kind": "correction", "words": "", "channel": "counter"})
    assert refused.status_code == 200
    for kind in ("correction", "erasure"):
        kept = client.post(page, {"kind": kind, "words": "Faux.", "channel": "mail"})
        assert kept.status_code == 302
    assert (DataRequest.objects.get().channel, ErasureRequest.objects.count()) == ("mail", 1)
    sign_in(client, make_staff(territory, "cases.work"))
    assert client.get(page).status_code == 403
    assert client.post(f"{page}dire/", {"purpose": NEWS, "say": "no"}).status_code == 403
    assert queries.consents(judith.pk, NEWS)


def test_an_incident_goes_its_way_on_the_screens(client, territory, desk):
    sign_in(client, make_staff(territory, "privacy.handle"))
    given = {**KNOWN, "noticed_at": "2026-05-01T09:00"}
    wrong = client.post(f"{desk}incidents/nouveau/", {**given, "ended_on": "2026-04-01", "began_on": "2026-05-01"})
    assert wrong.status_code == 200
    assert KNOWN["circumstances"] in wrong.content.decode()
    assert client.post(f"{desk}incidents/nouveau/", given).status_code == 302
    incident = Incident.objects.get()
    page = f"{desk}incidents/{incident.pk}/"
    client.post(f"{page}corriger/", {**given, "people_count": "41"})
    levels = {"sensitivity": "3", "consequences": "3", "likelihood": "2", "is_serious": "0", "reasons": "Rendue."}
    client.post(page, levels)
    assert "penchent" in client.get(page).content.decode() or "lean towards" in client.get(page).content.decode()
    client.post(page, {**levels, "is_serious": "1"})
    for step, more in (
        ("close", {}),
        ("commission", {}),
        ("untold", {}),
        ("close", {}),
        ("untold", {"why_not": "Enquête."}),
        ("close", {}),
    ):
        assert Incident.objects.get().closed_at is None
        assert client.post(f"{page}agir/", {"step": step, **more}).status_code == 302
    assert client.post(f"{page}agir/", {"step": "other"}).status_code == 404
    incident.refresh_from_db()
    assert incident.closed_at
    assert (incident.people_count, incident.untold) == (41, "Enquête.")


def test_a_policy_is_refused_beside_each_hole_and_keeps_what_was_typed(client, territory, desk):
    sign_in(client, make_staff(territory, "privacy.handle"))
    page = f"{desk}politique/fr/"
    refused = client.post(page, {**words(officer_title="", sharing=""), "rights": "Tous.", "publish": "1"})
    assert refused.status_code == 200
    assert refused.content.decode().count('aria-invalid="true"') == 2
    assert "Tous." in refused.content.decode()
    assert client.post(page, {**words(), "publish": "1"}).status_code == 302
    assert Policy.objects.get().published_at
    assert client.post(page, {**words(officer_title=""), "keep": "1"}).status_code == 302
    assert client.get(f"{desk}politique/de/").status_code == 404


def test_an_assessment_is_kept_then_approved_on_its_screen(client, territory, desk):
    sign_in(client, make_staff(territory, "privacy.handle"))
    page = f"{desk}evaluations/issues/"
    whole = {"necessity": "Oui.", "risks": "Peu.", "measures": "Tout.", "outside": "Rien.", "residual": "low"}
    assert client.post(page, {"necessity": "Oui.", "keep": "1"}).status_code == 302
    assert client.post(page, {**whole, "approve": "1"}).status_code == 200, "no day to look again"
    assert client.post(page, {**whole, "review_on": "2099-01-01", "approve": "1"}).status_code == 302
    assert client.get(f"{desk}evaluations/rien/").status_code == 404
