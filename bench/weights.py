"""What a phone receives: the first page, the map page with its drawn preview, the interactive map's engine on use.

Measured by Chromium (DevTools protocol, bytes on the line, headers included) with an empty cache, compressed as the
browser gets it. The engine is counted again after a reload: it should come from the phone's own cache.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bench.stand import server
from bench.stand.rows import row

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NEEDS, LIMIT = "region", 180
FIRST_PAGE, MAP_PAGE, ENGINE = 100.0, 150.0, 480.0
TOWN = "riviere-aux-aulnes"
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}
_DRAWN = "() => document.querySelector('[data-frame] canvas') && !document.querySelector('[data-open-map]')"


class Line:
    """Counts the bytes of each address that a page fetches over the line."""

    def __init__(self, page: Page) -> None:
        self.bytes: dict[str, int] = {}
        self._urls: dict[str, str] = {}
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", lambda e: self._urls.__setitem__(e["requestId"], e["request"]["url"]))
        session.on("Network.loadingFinished", self._finished)

    def _finished(self, event: dict[str, Any]) -> None:
        url = self._urls.get(event["requestId"], "?")
        self.bytes[url] = self.bytes.get(url, 0) + int(event["encodedDataLength"])

    @property
    def kilobytes(self) -> float:
        """Everything, in kB of 1000 bytes."""
        return sum(self.bytes.values()) / 1000

    def forget(self) -> None:
        """Begin anew."""
        self.bytes.clear()


def run() -> Iterator[dict[str, Any]]:
    """Yield the four weights."""
    from playwright.sync_api import sync_playwright

    subprocess.run([sys.executable, "-m", "parvis.project.cli", "assets"], check=True, stdout=sys.stderr)
    with server.web_server() as port, sync_playwright() as playwright:
        options = ["--no-sandbox", "--enable-unsafe-swiftshader"]  # WebGL without a graphics card
        browser = playwright.chromium.launch(executable_path=_chromium(), args=options)
        try:
            address = f"http://localhost:{port}/{TOWN}"
            for name, page in (("", ""), ("_reports", "/signalements/"), ("_form", "/signalements/nouveau")):
                line = _opened(browser, f"{address}{page or '/'}")
                yield row(f"first_page{name}", line.kilobytes, "kB", target=FIRST_PAGE, n=len(line.bytes))
            line = _opened(browser, f"{address}/carte/")
            yield row("map_page", line.kilobytes, "kB", target=MAP_PAGE, n=len(line.bytes))
            yield from _engine(browser, f"{address}/carte/")
        finally:
            browser.close()


def _chromium() -> str | None:
    """Return the distribution's browser; None lets Playwright use its own."""
    import shutil

    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def _opened(browser: Browser, url: str) -> Line:
    """Open a page with an empty cache and without service worker, which fetches for later, not for this page."""
    context = browser.new_context(**PHONE, service_workers="block")
    page = context.new_page()
    line = Line(page)
    page.goto(url, wait_until="networkidle")
    page.wait_for_timeout(500)
    context.close()
    return line


def _engine(browser: Browser, url: str) -> Iterator[dict[str, Any]]:
    """Open the interactive map twice and count what its engine costs, its own scripts and styles only."""
    context = browser.new_context(**PHONE, service_workers="block")
    page = context.new_page()
    line = Line(page)
    for name, target in (("map_engine", ENGINE), ("map_engine_again", 0.0)):
        page.goto(url, wait_until="networkidle")
        line.forget()
        page.locator("[data-open-map]").first.click()
        page.wait_for_function(_DRAWN, timeout=20_000)
        page.wait_for_timeout(1500)
        engine = [size for address, size in line.bytes.items() if "/assets/" in address]
        yield row(name, sum(engine) / 1000, "kB", target=target, n=len(engine))
    context.close()
