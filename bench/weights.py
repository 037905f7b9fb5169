"""What a phone receives: the first page, the map page with its drawn preview, the interactive map's engine on use.

Opened by Chromium with an empty cache, compressed as the browser gets it, counted on the line with the heads of the
answers. The engine is counted again when the map is opened a second time: it comes from the phone's own cache.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bench.stand import server
from bench.stand.line import Line, counted_line
from bench.stand.rows import row

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NEEDS, LIMIT = "region", 300
FIRST_PAGE, MAP_PAGE, ENGINE = 100.0, 150.0, 480.0
TOWN = "riviere-aux-aulnes"
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}
PAGES = {"first_page": "/", "first_page_reports": "/signalements/", "first_page_form": "/signalements/nouveau"}
OPEN = "() => document.querySelector('[data-frame] canvas') && !document.querySelector('[data-open-map]')"


def run() -> Iterator[dict[str, Any]]:
    """Yield the weights of the pages, then of the engine, the first and the second time."""
    from playwright.sync_api import sync_playwright

    subprocess.run([sys.executable, "-m", "parvis.project.cli", "assets"], check=True, stdout=sys.stderr)
    with server.web_server() as port, counted_line(port) as line, sync_playwright() as playwright:
        options = ["--no-sandbox", "--enable-unsafe-swiftshader"]  # WebGL without a graphics card
        browser = playwright.chromium.launch(executable_path=_chromium(), args=options)
        try:
            for name, path in PAGES.items():
                kilobytes, count = _opened(browser, line, path)
                yield row(name, kilobytes, "kB", target=FIRST_PAGE, n=count)
            kilobytes, count = _opened(browser, line, "/carte/")
            yield row("map_page", kilobytes, "kB", target=MAP_PAGE, n=count)
            yield from _engine(browser, line)
        finally:
            browser.close()


def _chromium() -> str | None:
    """Return the distribution's browser; None lets Playwright use its own."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def _address(line: Line, path: str) -> str:
    return f"http://localhost:{line.server_port}/{TOWN}{path}"


def _opened(browser: Browser, line: Line, path: str) -> tuple[float, int]:
    """Open a page with an empty cache; without service worker, which fetches for later, not for this page."""
    context = browser.new_context(**PHONE, service_workers="block")
    line.bytes.clear()
    page = context.new_page()
    page.goto(_address(line, path), wait_until="networkidle")
    page.wait_for_timeout(500)
    context.close()
    return line.kilobytes()


def _engine(browser: Browser, line: Line) -> Iterator[dict[str, Any]]:
    """Open the interactive map twice and count what its engine costs: scripts, their workers, styles; not the data."""
    context = browser.new_context(**PHONE, service_workers="block")
    page = context.new_page()
    page.set_default_timeout(90_000)
    for name, target in (("map_engine", ENGINE), ("map_engine_again", 0.0)):
        page.goto(_address(line, "/carte/"), wait_until="networkidle")
        line.bytes.clear()
        page.locator("[data-open-map]").first.click()
        page.wait_for_function(OPEN)
        page.wait_for_timeout(2000)
        kilobytes, count = line.kilobytes("/static/")
        yield row(name, kilobytes, "kB", target=target, n=count)
    context.close()
