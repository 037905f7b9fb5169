"""What each channel takes for an address."""

import json

import pytest

from parvis.core.delivery.channels.known import CHANNELS
from parvis.core.delivery.channels.sms.channel import parts
from parvis.lib.errors import Invalid

SUBSCRIPTION = {"endpoint": "https://push.example/abc", "keys": {"auth": "a", "p256dh": "b"}, "expirationTime": None}


@pytest.mark.parametrize(
    ("channel", "address", "clean"),
    [
        ("email", " monique@example.test ", "monique@example.test"),
        ("sms", "+18195550142", "+18195550142"),
        ("letter", "Monique Roy\n\n 12 rue X\nDanville QC", "Monique Roy\n12 rue X\nDanville QC"),
    ],
)
def test_an_address_has_one_form(channel, address, clean):
    assert CHANNELS[channel].clean(address) == clean


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        ("email", "monique"),
        ("email", "a@b.ca\nBcc: everyone@example.test"),
        ("sms", "819 555-0142"),
        ("sms", "+0819"),
        ("letter", "Monique Roy"),
        ("letter", "\n".join("123456789")),
        ("push", "not json"),
        ("push", "[]"),
        ("push", json.dumps({**SUBSCRIPTION, "endpoint": "http://push.example/abc"})),
    ],
)
def test_what_is_no_address_is_refused(channel, address):
    with pytest.raises(Invalid):
        CHANNELS[channel].clean(address)


def test_a_subscription_keeps_what_sending_needs():
    kept = json.loads(CHANNELS["push"].clean(json.dumps(SUBSCRIPTION)))
    assert kept == {"endpoint": "https://push.example/abc", "keys": {"auth": "a", "p256dh": "b"}}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("é" * 160, 1),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ê" * 70, 1),
        ("ê" * 71, 2),
        ("🚰" * 36, 2),
    ],
)
def test_parts_of_a_text_message(text, count):
    assert parts(text) == count
