"""One browser for each process of a run, and photos as telephones take them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.live import Live

from .browsing import CHROMIUM, FLAGS, Visitor, visit


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, as the distribution has it."""
    if not CHROMIUM:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visitor(browser: Browser, live: Live) -> Iterator[Callable[..., Visitor]]:
    """`visitor(**options)`: somebody with a browser of their own, watched until the end of the test."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(visit(browser, live, **options))


def photo(path: Path, *, size: tuple[int, int] = (1600, 1200), noise: int = 40, quality: int = 88) -> Path:
    """A JPEG as a telephone takes it: it says where and with what it was taken."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Fabricant Secret", "Appareil Secret"
    gps: dict[int, Any] = {1: "N", 2: (45.0, 49.0, 12.0), 3: "W", 4: (71.0, 56.0, 30.0)}
    exif[0x8825] = gps
    image = Image.effect_noise(size, noise).convert("RGB")
    image.save(path, "JPEG", quality=quality, exif=exif)
    return path


@pytest.fixture
def pothole(tmp_path: Path) -> Path:
    """The photo of a pothole."""
    return photo(tmp_path / "nid-de-poule.jpg")


@pytest.fixture
def repaired(tmp_path: Path) -> Path:
    """The photo of the work done."""
    return photo(tmp_path / "repare.jpg", noise=15)
