"""What the tests of the interface share."""

import pytest


@pytest.fixture(autouse=True)
def nobody_around(settings):
    """The interface alone: what the portal puts around a page is the portal's to test."""
    settings.UI_SHELL = ""
    settings.ROOT_URLCONF = "parvis.core.ui.tests.addresses"
