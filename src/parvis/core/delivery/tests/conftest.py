"""Fixtures of the outbox's tests."""

import pytest

from .providers import Memory


@pytest.fixture
def provider(settings):
    """Send by a provider of these tests: `provider("Refuses")`; Memory from the start."""
    Memory.taken.clear()

    def choose(name, channel="email"):
        path = f"parvis.core.delivery.tests.providers.{name}"
        settings.DELIVERY_ADAPTERS = {**settings.DELIVERY_ADAPTERS, channel: path}

    choose("Memory")
    return choose
