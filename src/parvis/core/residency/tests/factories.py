"""Residencies for tests."""

from datetime import UTC, date, datetime

import factory

from parvis.core.identity.tests.factories import OwnedFactory, PersonFactory
from parvis.core.residency.models import Residency

NOW = datetime(2026, 6, 1, 14, 0, tzinfo=UTC)


class ResidencyFactory(OwnedFactory):
    """A residency that waits for its proof."""

    class Meta:
        model = Residency

    person = factory.SubFactory(PersonFactory)
    address = "47, rue Principale"
    claimed_at = NOW


class ProvenFactory(ResidencyFactory):
    """A proven residency, good until a year after `NOW`."""

    state = "proven"
    proof = "counter"
    proven_at = NOW
    valid_until = date(2027, 6, 1)
