"""The checker: from a picture before the camera to the verdict, on a telephone four times slower than this machine.

Chromium plays a film of a citizen card as its camera (a hand that is not quite still, 1280 x 720), its processor is
slowed by the DevTools protocol, and the page is the one that is served, offline: keys and list come from what it keeps.
A look begins when the camera is uncovered, and ends when the verdict stands on the page.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.stand.rows import percentile, row

NEEDS, LIMIT = "nothing", 240
SLOWER, TARGET, TIMES = 4, 1000.0, 16
# The camera is covered between two looks for longer than the checker takes a card for the same one still lying there.
LOOK = """() => new Promise((done, fail) => {
  const box = document.querySelector("[data-check]"), video = document.querySelector("[data-video]");
  const stream = video.srcObject;
  video.srcObject = null;
  setTimeout(() => {
    const begun = performance.now();
    setTimeout(() => fail(new Error("no verdict")), 15000);
    box.addEventListener("parvis:verdict", (event) => requestAnimationFrame(() =>
      done([event.detail, performance.now() - begun])), { once: true });
    video.srcObject = stream;
    void video.play();
  }, 3500);
})"""
JUDGE = """(code) => new Promise((done) => {
  const box = document.querySelector("[data-check]"), begun = performance.now();
  box.addEventListener("parvis:verdict", (event) => done([event.detail, performance.now() - begun]), { once: true });
  box.dispatchEvent(new CustomEvent("parvis:code", { detail: code }));
})"""


def run() -> Iterator[dict[str, Any]]:
    """Yield the time from the camera's picture to the verdict, and of the verdict alone."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    with tempfile.TemporaryDirectory() as folder:
        looks, judged = _measured(Path(folder))
    yield row("card_check", percentile(looks, 0.95), "ms p95", target=TARGET, n=len(looks))
    yield row("card_check_median", percentile(looks, 0.5), "ms", n=len(looks))
    yield row("card_verdict", percentile(judged, 0.95), "ms p95", n=len(judged))


def _measured(folder: Path) -> tuple[list[float], list[float]]:
    """Return the milliseconds of looks and of verdicts. Raises RuntimeError when a good card was not accepted."""
    from playwright.sync_api import sync_playwright

    from parvis.core.card.tests import test_checker as stand
    from parvis.core.card.tests.cards import TOWN, code
    from parvis.core.card.tests.pictures import film

    card = code(**stand.FRESH)
    fake = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    fake.append(f"--use-file-for-fake-video-capture={film(card, folder / 'seen.mjpeg')}")
    browser_path = shutil.which("chromium") or shutil.which("chromium-browser")
    door = stand.Door()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=[*stand.FLAGS, *fake])
        page = browser.new_page(viewport={"width": 390, "height": 844}, service_workers="block")
        page.route("**/*", door.answer)
        page.goto(f"{stand.SITE}/{TOWN}/verifier/")
        page.wait_for_selector("html[data-check-ready]")
        door.line = False
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.locator("[data-start]").click()
        page.wait_for_selector("[data-verdict] > [data-kind=good]", timeout=30_000)
        looks = [page.evaluate(LOOK) for _ in range(TIMES)]
        judged = [page.evaluate(JUDGE, card) for _ in range(TIMES)]
        browser.close()
    if any(verdict != "good" for verdict, _ in [*looks, *judged]):
        raise RuntimeError("a good card was not accepted")
    return [taken for _, taken in looks], [taken for _, taken in judged]
