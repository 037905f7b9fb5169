"""One browser for each process of a run, and photos as telephones take them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pillow_heif
import pytest
from PIL import Image
from playwright.sync_api import Browser, Playwright

from tests.live import Live

from .browsing import CHROMIUM, FLAGS, Visitor, visit


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium, as the distribution has it."""
    if not CHROMIUM:
        pytest.skip("Chromium is not installed")
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def visitor(browser: Browser, live: Live) -> Iterator[Callable[..., Visitor]]:
    """`visitor(**options)`: somebody with a browser of their own, watched until the end of the test."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(visit(browser, live, **options))


SECRET_PLACE = (45.82, -71.941_667)


def photo(
    path: Path,
    *,
    size: tuple[int, int] = (1600, 1200),
    noise: int = 40,
    quality: int = 88,
    at: tuple[float, float] | None = SECRET_PLACE,
) -> Path:
    """A picture as a telephone takes it: it says with what it was taken, and where (WGS 84 degrees; None: it does not).

    A JPEG, or an HEIC where the path says so.
    """
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Fabricant Secret", "Appareil Secret"
    if at is not None:
        gps: dict[int, Any] = {1: "N", 2: _sixtieths(at[0]), 3: "W", 4: _sixtieths(-at[1])}
        exif[0x8825] = gps
    image = Image.effect_noise(size, noise).convert("RGB")
    pillow_heif.register_heif_opener()
    image.save(path, "HEIF" if path.suffix == ".heic" else "JPEG", quality=quality, exif=exif)
    return path


def _sixtieths(degrees: float) -> tuple[float, float, float]:
    """Degrees, minutes and seconds."""
    minutes = degrees % 1 * 60
    return float(int(degrees)), float(int(minutes)), round(minutes % 1 * 60, 3)


@pytest.fixture
def pothole(tmp_path: Path) -> Path:
    """The photo of a pothole."""
    return photo(tmp_path / "nid-de-poule.jpg")


@pytest.fixture
def repaired(tmp_path: Path) -> Path:
    """The photo of the work done."""
    return photo(tmp_path / "repare.jpg", noise=15)
