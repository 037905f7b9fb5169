"""The default region, drawn once for all tests of this package."""

import pytest

from parvis.lib.fiction.model import Region
from parvis.lib.fiction.region import make_region


@pytest.fixture(scope="session")
def region() -> Region:
    """The region of the demo."""
    return make_region()
