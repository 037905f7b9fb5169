"""Text messages over a provider's API: what leaves, what comes back, what it costs."""

import base64
import hashlib
import hmac

import pytest

from parvis.core.delivery import sending
from parvis.core.delivery.models import Outgoing, Pause, Spending, State
from parvis.core.delivery.operations import Message, enqueue
from parvis.core.delivery.queries import mark_of
from parvis.core.tasks.operations import Priority
from parvis.core.tenancy.context import use

from .smsserver import SmsServer

pytestmark = pytest.mark.django_db
PHONE = "+18195550142"
CALLBACK = "https://parvis.example.org/fournisseurs/textos/etat/"


@pytest.fixture
def provider(settings):
    settings.DELIVERY_ADAPTERS = {"sms": "parvis.core.delivery.channels.sms.twilio.TwilioAdapter"}
    settings.SMS_ACCOUNT, settings.SMS_SECRET, settings.SMS_FROM = "AC1", "secret", "+18195550100"
    settings.PUBLIC_URL = "https://parvis.example.org"
    with SmsServer() as server:
        settings.SMS_URL = server.url
        yield server


def look(key):
    with sending.in_outbox():
        return Outgoing.objects.get(pk=key)


def send(text="Réparé."):
    key = enqueue(Message(channel="sms", address=PHONE, subject="x", text=text))
    sending.Turn("sms", Priority.NORMAL).run([key])
    return look(key)


def test_it_leaves_in_the_providers_own_words(territory, provider):
    row = send()
    assert provider.taken == [{"To": PHONE, "From": "+18195550100", "Body": "Réparé.", "StatusCallback": CALLBACK}]
    assert (row.state, row.reference, row.parts) == (State.SENT, f"SM{1:032d}", 2)


def test_a_pool_of_numbers_sends_too(territory, provider, settings):
    settings.SMS_FROM = "MG123"
    send()
    assert provider.taken[0]["MessagingServiceSid"] == "MG123"
    assert "From" not in provider.taken[0]


def test_nothing_is_asked_back_without_a_public_address(territory, provider, settings):
    settings.PUBLIC_URL = "http://localhost:8000"
    send()
    assert "StatusCallback" not in provider.taken[0]


def test_the_cost_is_counted_by_town_and_month(territory, neighbour, provider):
    send()
    send()
    with use(territory=neighbour):
        send()
        assert Spending.objects.get().messages == 1
    [line] = Spending.objects.all()
    assert (line.channel, line.messages, line.parts, line.month.day) == ("sms", 2, 4, 1)


@pytest.mark.parametrize(
    ("status", "code", "state", "reason"),
    [
        (400, 21211, State.FAILED, "unknown"),
        (400, 21614, State.FAILED, "unknown"),
        (400, 21610, State.FAILED, "complaint"),
        (400, 21602, State.FAILED, None),
        (429, 20429, State.QUEUED, None),
    ],
)
def test_what_a_refusal_means(territory, provider, status, code, state, reason):
    provider.answer(status, code=code, message="No", status=status)
    row = send()
    assert row.state == state
    assert row.error.startswith(str(code))
    mark = mark_of("sms", PHONE)
    assert (mark.reason if mark else None) == reason


@pytest.mark.parametrize("status", [401, 500, 503])
def test_a_provider_in_trouble_delays_and_loses_nothing(territory, provider, status):
    provider.answer(status, message="trouble")
    row = send()
    assert (row.state, Pause.objects.get().channel) == (State.QUEUED, "sms")
    sending.resume.func(context={}, channel="sms")
    assert not Pause.objects.exists()
    assert look(row.pk).state == State.SENT


def test_a_provider_that_cannot_be_reached_delays(territory, provider, settings):
    settings.SMS_URL = "http://127.0.0.1:9"
    assert send().state == State.QUEUED


def call_back(client, secret="secret", url=CALLBACK, **fields):
    text = url + "".join(f"{name}{fields[name]}" for name in sorted(fields))
    signature = base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()).decode()
    return client.post("/fournisseurs/textos/etat/", fields, headers={"X-Twilio-Signature": signature})


def test_the_provider_says_that_it_arrived(client, territory, provider):
    row = send()
    for status in ("sent", "delivered", "delivered"):
        assert call_back(client, MessageSid=row.reference, MessageStatus=status).status_code == 204
    assert look(row.pk).delivered_at is not None


def test_the_provider_says_that_nobody_has_the_number(client, territory, provider):
    row = send()
    for _ in range(2):
        call_back(client, MessageSid=row.reference, MessageStatus="undelivered", ErrorCode="30005")
    assert look(row.pk).state == State.FAILED
    assert mark_of("sms", PHONE).reason == "unknown"


@pytest.mark.parametrize("wrong", [{"secret": "other"}, {"url": CALLBACK + "x"}])
def test_a_callback_that_is_not_signed_changes_nothing(client, territory, provider, wrong):
    row = send()
    answer = call_back(client, MessageSid=row.reference, MessageStatus="failed", ErrorCode="30005", **wrong)
    assert answer.status_code == 403
    assert look(row.pk).state == State.SENT


def test_without_a_secret_nothing_is_signed(client, territory, provider, settings):
    settings.SMS_SECRET = ""
    assert call_back(client, secret="", MessageSid="SM1", MessageStatus="delivered").status_code == 403
