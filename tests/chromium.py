"""One Playwright a process, for whoever opens a browser: a second one would trip over the first one's event loop."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright, sync_playwright


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright, until the end of the run."""
    with sync_playwright() as running:
        yield running
