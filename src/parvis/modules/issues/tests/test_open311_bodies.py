"""The bodies that reports are passed on to: what they offer, our keys there, who decides, and the screens."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse

from parvis.core.content.operations import ensure_territory_content
from parvis.core.identity.tests.factories import make_staff, sign_in, staff_actor
from parvis.core.tasks.operations import snapshot
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import Conflict, Invalid, NotAllowed
from parvis.lib.outbound import networks
from parvis.modules.issues import operations, rules
from parvis.modules.issues.models import (
    Category,
    Destination,
    Endpoint,
    EndpointKey,
    Issue,
    PassedOn,
    Stage,
)
from parvis.modules.issues.open311 import client, following, tasks

from .factories import NOW, CategoryFactory, make_issue
from .open311_passed import HERE, send

# fixtures of this module too
from .open311_passed import body as body
from .open311_passed import destination as destination
from .open311_passed import issue as issue
from .open311_passed import remote as remote
from .open311_remote import Remote

pytestmark = pytest.mark.django_db


# -- what a body offers -------------------------------------------------------------------------------------------


def test_a_body_says_what_it_offers(body: Endpoint) -> None:
    assert [row["service_code"] for row in body.services] == ["7", "8"]
    assert [row["code"] for row in body.services[0]["attributes"]] == ["SIDE", "deep"]
    assert (body.trouble, body.form, body.url[-1]) == ("", "json", "2")


def test_a_body_that_knows_xml_only(body: Endpoint, remote: Remote) -> None:
    remote.mode = "xml"
    tasks.ask_services(context=snapshot(), endpoint=str(body.pk))
    body.refresh_from_db()
    assert body.form == "xml"
    [service] = body.services
    assert service["attributes"][0]["values"] == [{"key": "123", "name": "Ford"}]


@pytest.mark.parametrize("mode", ["down", "garbage"])
def test_a_body_that_answers_badly_keeps_what_it_offered(body: Endpoint, remote: Remote, mode: str) -> None:
    remote.mode = mode
    tasks.ask_services(context=snapshot(), endpoint=str(body.pk))
    body.refresh_from_db()
    assert len(body.services) == 2
    assert body.trouble


@pytest.mark.parametrize(
    "xml",
    [
        b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;&b;&b;">]><services><service>&d;</service></services>',
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><services>&b;</services>',
        b"<services><service></services>",
        b"{",
        b"\xff\xfe\x00",
        b"[" * 100_000,
    ],
)
def test_bombs_are_not_opened(xml: bytes) -> None:
    with pytest.raises(ValueError):
        client.read(xml)


def test_our_key_is_sealed(body: Endpoint) -> None:
    sealed = EndpointKey.objects.get().sealed
    assert "xyz" not in sealed
    assert following.client_of(body).api_key == "xyz"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM issues_endpoint t WHERE t::text LIKE '%%xyz%%'")
        assert cursor.fetchone() == (0,)


def test_a_lost_key_file_is_told_and_a_new_one_seals_again(
    body: Endpoint, issue: Issue, clerk: Actor, settings: Any, tmp_path: Any
) -> None:
    assert operations.reseal_keys() == 1
    assert following.client_of(body).api_key == "xyz"
    passed = operations.pass_on(actor=clerk, issue=issue, now=NOW)
    settings.SECRETS_KEY_FILE = tmp_path / "another.key"
    tasks.follow(context=snapshot(), passed=str(passed.pk))
    tasks.ask_services(context=snapshot(), endpoint=str(body.pk))
    body.refresh_from_db()
    passed.refresh_from_db()
    assert body.trouble
    assert (passed.stage, body.services != []) == (Stage.WAITING, True)


def test_an_address_of_our_own_network_is_refused(territory: Territory, clerk: Actor) -> None:
    for url in ("http://127.0.0.1/v2", "http://169.254.169.254/latest", "https://10.0.0.1/", "ftp://x.test/"):
        with pytest.raises(Invalid):
            operations.save_endpoint(
                actor=clerk, endpoint=Endpoint(name=url, url=url), now=NOW, networks=networks("192.0.2.0/24")
            )


def test_only_who_configures_decides_where_reports_go(
    body: Endpoint, destination: Destination, resident: Actor, neighbour_clerk: Actor
) -> None:
    for actor in (resident, neighbour_clerk, Actor.visitor(body.territory_id)):
        with pytest.raises(NotAllowed):
            operations.save_endpoint(actor=actor, endpoint=body, now=NOW, networks=HERE)
        with pytest.raises(NotAllowed):
            operations.ask_services(actor=actor, endpoint=body)
        with pytest.raises(NotAllowed):
            operations.save_destination(
                actor=actor, endpoint=body, category=destination.category, service_code="8", now=NOW, attributes={}
            )
        with pytest.raises(NotAllowed):
            operations.remove_destination(actor=actor, destination=destination, now=NOW)


def test_a_neighbour_resident_or_worker_does_not_choose_bodies(
    territory: Territory, clerk: Actor, resident: Actor, neighbour_clerk: Actor
) -> None:
    assert rules.can_choose_bodies(clerk)
    for actor in (resident, neighbour_clerk, staff_actor(territory, "issues.work")):
        assert not rules.can_choose_bodies(actor)


def test_a_kind_goes_to_one_body(body: Endpoint, destination: Destination, clerk: Actor) -> None:
    with pytest.raises(Invalid):
        operations.save_destination(
            actor=clerk, endpoint=body, category=CategoryFactory(), service_code="zz", now=NOW, attributes={}
        )
    other = Endpoint.objects.create(name="Autre", url="https://autre.test", services=body.services)
    with pytest.raises(Conflict):
        operations.save_destination(
            actor=clerk, endpoint=other, category=destination.category, service_code="8", now=NOW, attributes={}
        )


# -- the clerk's screens ------------------------------------------------------------------------------------------


def test_a_clerk_adds_a_body_chooses_a_service_and_passes_on(
    remote: Remote, territory: Territory, resident: Actor
) -> None:
    ensure_territory_content(territory)
    browser = Browser(headers={"host": "localhost"})
    sign_in(browser, make_staff(territory))
    base = f"/{territory.slug}/bureau/signalements/organismes/"
    assert "https://" in browser.get(f"{base}nouveau/").content.decode()
    wrong = browser.post(f"{base}nouveau/", {"name": "V", "url": "http://10.0.0.1/v2"})
    assert wrong.status_code == 422
    page = browser.post(
        f"{base}nouveau/",
        {"name": "Ville & Fils", "url": remote.url, "api_key": "xyz", "closes_here": "on", "is_active": "on"},
    )
    body = Endpoint.objects.get()
    assert page.headers["Location"].endswith(f"{base}{body.pk}/")
    tasks.ask_services(context=snapshot(), endpoint=str(body.pk))
    shown = browser.get(f"{base}{body.pk}/").content.decode()
    assert "Sidewalk &amp; curb" in shown
    assert "xyz" not in shown
    category = CategoryFactory()
    asks = browser.get(f"{base}{body.pk}/envoi/?category={category.slug}&service_code=7").content.decode()
    assert "aria-invalid" not in asks, "nothing is wrong before anything was answered"
    assert "Which side?" in asks
    chosen = {"category": category.slug, "service_code": "7"}
    assert browser.post(f"{base}{body.pk}/envoi/", chosen).status_code == 422, "what the service needs is missing"
    assert browser.post(f"{base}{body.pk}/envoi/", chosen | {"attribute_SIDE": "R"}).status_code == 302
    issue = make_issue(resident, category=category)
    case_page = f"/{territory.slug}/bureau/dossiers/{issue.code}/"
    assert "Ville &amp; Fils" in browser.get(case_page).content.decode()
    browser.post(f"/{territory.slug}/bureau/signalements/{issue.code}/pass-on/")
    passed = send(PassedOn.objects.get())
    assert passed.request_id == "1000"
    assert "1000" in browser.get(case_page).content.decode()
    browser.post(f"/{territory.slug}/bureau/signalements/{issue.code}/stop-following/")
    passed.refresh_from_db()
    assert passed.stage == Stage.STOPPED
    destination = Destination.objects.get()
    browser.post(f"{base}{body.pk}/envoi/{destination.pk}/retirer/")
    assert Destination.objects.count() == 0
    assert "Ville &amp; Fils" in browser.get(base).content.decode()


def test_the_screens_are_for_who_configures(body: Endpoint, destination: Destination, territory: Territory) -> None:
    ensure_territory_content(territory)
    browser = Browser(headers={"host": "localhost"})
    sign_in(browser, make_staff(territory, "issues.work", "cases.work"))
    base = f"/{territory.slug}/bureau/signalements/organismes/"
    for path in ("", "nouveau/", f"{body.pk}/", f"{body.pk}/envoi/"):
        assert browser.get(base + path).status_code == 403
    for path in (f"{body.pk}/", f"{body.pk}/services/", f"{body.pk}/envoi/{destination.pk}/retirer/"):
        assert browser.post(base + path).status_code == 403
    assert Destination.objects.count() == Category.objects.count() == 1
    assert reverse("open311:discovery", kwargs={"form": "json"}) == "/api/open311/v2/discovery.json"
