"""Devices are named as people call them."""

import pytest

from parvis.core.identity.devices import device_name
from parvis.core.identity.signing_in import network_of

AGENTS = {
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML) Chrome/126.0 Safari/537.36": "Chrome, Linux",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1 Version/17.4 Safari/604.1": "Safari, iOS",
    "Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0": "Firefox, Android",
    "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0": "Edge, Windows",
    "curl/8.5.0": "curl/8.5.0",
    "": "",
}


@pytest.mark.parametrize(("agent", "name"), AGENTS.items())
def test_a_device_is_named(agent, name):
    assert device_name(agent) == name


@pytest.mark.parametrize(
    ("address", "network"),
    [("192.0.2.77", "192.0.2.0"), ("2001:db8:1:2::77", "2001:db8:1::"), ("n'importe quoi", "")],
)
def test_an_address_loses_its_last_part(address, network):
    assert network_of(address) == network
