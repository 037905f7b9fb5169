"""Messages on devices, posted to a push service that opens them by the RFCs."""

import json
from ipaddress import ip_network

import pytest
from django.utils import timezone

from parvis.core.delivery import sending
from parvis.core.delivery.models import Outgoing, State
from parvis.core.delivery.operations import Message, enqueue
from parvis.core.identity import sealing
from parvis.core.identity.tests.factories import PersonFactory, resident_actor, sign_in
from parvis.core.notifications import operations, pushing
from parvis.core.notifications.models import PushDevice, PushKey
from parvis.core.notifications.queries import subscription
from parvis.core.tasks.operations import Priority
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.lib.errors import Invalid, NotFound
from parvis.lib.ids import new_id

from .pushservice import Browser, PushService

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(settings, tmp_path):
    settings.DELIVERY_ADAPTERS = {"push": "parvis.core.notifications.pushing.WebPushAdapter"}
    settings.OUTBOUND_NETWORKS = (ip_network("127.0.0.0/8"),)
    settings.SECRETS_KEY_FILE = tmp_path / "keys"
    with PushService() as running:
        yield running


@pytest.fixture
def monique(territory):
    return PersonFactory(name="Monique Roy", language="fr")


def devices_of(person):
    with use(person=person.pk, scope=Scope.MINE):
        return list(PushDevice.objects.filter(person=person))


def subscribed(service, person, territory):
    browser = Browser(service, pushing.public_key())
    keys = browser.subscription["keys"]
    operations.add_device(
        actor=resident_actor(territory, person), endpoint=browser.endpoint, now=timezone.now(), **keys
    )
    return browser


def send(person):
    [device] = devices_of(person)
    key = enqueue(
        Message(
            channel="push", address=subscription(device), subject="Réparé", text="Le lampadaire éclaire.",
            headers={"url": "https://parvis.example.org/x/"}, person_id=person.pk,
        )
    )  # fmt: skip
    sending.Turn("push", Priority.NORMAL).run([key])
    with sending.in_outbox():
        return Outgoing.objects.get(pk=key)


def test_what_leaves_is_read_by_the_device_alone(service, monique, territory):
    browser = subscribed(service, monique, territory)
    row = send(monique)
    assert (row.state, row.reference) == (State.SENT, "/m/1")
    assert browser.shown == [
        {
            "title": "Réparé",
            "body": "Le lampadaire éclaire.",
            "url": "https://parvis.example.org/x/",
            "tag": row.message_id,
        }
    ]
    assert (len(service.headers[0]["topic"]), service.headers[0]["urgency"]) == (32, "normal")


def test_a_repeat_after_a_crash_takes_the_place_of_the_first(service, monique, territory):
    browser = subscribed(service, monique, territory)
    row = send(monique)
    with sending.in_outbox():
        Outgoing.objects.filter(pk=row.pk).update(state=State.SENDING, sent_at=None)
    sending.Turn("push", Priority.NORMAL).run([row.pk])
    assert len({shown["tag"] for shown in browser.shown}) == 1
    assert len({headers["topic"] for headers in service.headers}) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_forgotten(service, monique, territory, status):
    subscribed(service, monique, territory)
    service.status = status
    assert send(monique).state == State.FAILED
    assert devices_of(monique) == []


@pytest.mark.parametrize(("status", "state"), [(429, "queued"), (503, "queued"), (413, "failed")])
def test_a_service_in_trouble_is_tried_again(service, monique, territory, status, state):
    subscribed(service, monique, territory)
    service.status = status
    assert send(monique).state == state
    assert len(devices_of(monique)) == 1


def test_another_portals_key_is_refused(service, monique, territory):
    browser = subscribed(service, monique, territory)
    browser.application_key = "another"
    assert send(monique).state == State.FAILED
    assert browser.shown == []


def test_one_key_pair_sealed_and_sealed_again(service, territory):
    first = pushing.public_key()
    assert pushing.public_key() == first
    row = PushKey.objects.get()
    private = pushing.own_key()
    assert str(private) not in row.sealed
    sealing.rotate()
    assert pushing.reseal_key() == 1
    assert PushKey.objects.get().sealed != row.sealed
    assert pushing.own_key() == private


def test_a_browser_that_changes_hands_shows_the_last_ones_messages(service, monique, territory, resident):
    browser = subscribed(service, monique, territory)
    operations.add_device(actor=resident, endpoint=browser.endpoint, now=timezone.now(), **browser.subscription["keys"])
    assert devices_of(monique) == []


@pytest.mark.parametrize("endpoint", ["http://push.example.org/x", "https://10.0.0.1/x", "file:///etc/passwd", "x"])
def test_an_address_inside_the_house_is_no_push_service(settings, monique, territory, endpoint, service):
    settings.OUTBOUND_NETWORKS = ()
    keys = Browser(service, "k").subscription["keys"]
    with pytest.raises(Invalid):
        operations.add_device(actor=resident_actor(territory, monique), endpoint=endpoint, now=timezone.now(), **keys)


def test_keys_that_are_none_are_refused(service, monique, territory):
    given = {"actor": resident_actor(territory, monique), "endpoint": f"{service.url}/p", "now": timezone.now()}
    for keys in ({"p256dh": "AAAA", "auth": "AAAA"}, {"p256dh": "é", "auth": "é"}):
        with pytest.raises(Invalid):
            operations.add_device(**given, **keys)


def test_nobody_removes_somebody_elses_device(service, monique, territory, resident):
    subscribed(service, monique, territory)
    [device] = devices_of(monique)
    with pytest.raises(NotFound):
        operations.remove_device(actor=resident, person_id=resident.person_id, device_id=device.pk)
    with pytest.raises(NotFound):
        operations.remove_device(actor=resident_actor(territory, monique), person_id=monique.pk, device_id=new_id())
    operations.remove_device(actor=resident_actor(territory, monique), person_id=monique.pk, device_id=device.pk)
    assert devices_of(monique) == []


def test_a_browser_subscribes_by_itself(service, monique, territory, client):
    url = f"/{territory.slug}/mon-espace/preferences/appareil/"
    browser = Browser(service, pushing.public_key())
    assert client.post(url, json.dumps(browser.subscription), content_type="application/json").status_code == 302
    sign_in(client, monique)
    assert client.post(url, json.dumps(browser.subscription), content_type="application/json").status_code == 204
    assert [device.endpoint for device in devices_of(monique)] == [browser.endpoint]
    for wrong in ("", "[]", "{}", '{"endpoint": "x", "keys": {"p256dh": "", "auth": ""}}'):
        assert client.post(url, wrong, content_type="application/json").status_code == 422
    page = client.get(f"/{territory.slug}/mon-espace/preferences/").content.decode()
    assert f'data-push="{pushing.public_key()}"' in page
    assert browser.endpoint not in page
