"""A browser that is watched: nothing it meets may be an error, and it may ask nobody but the house."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import axe_playwright_python
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Request, Response

from tests.live import Live

CHROMIUM = os.environ.get("PARVIS_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu-compositing",  # a third less work: no page is drawn by the software that stands in for a card
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1280, "height": 900}}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@dataclass
class Watch:
    """What a browser met. `allowed` are statuses that a test provokes on purpose: Chromium reports each as an error."""

    home: str
    allowed: set[int] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def follow(self, context: BrowserContext) -> None:
        """Watch every page of a context, service worker included."""
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.problems.append(f"script: {error.error}"))

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)
        if not request.url.startswith((f"{self.home}/", "data:", "blob:")):
            self.problems.append(f"asked another site: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.allowed:
            self.problems.append(f"{response.status}: {response.request.method} {response.url}")

    def _console(self, said: ConsoleMessage) -> None:
        if said.type != "error":
            return
        if any(f"status of {status}" in said.text for status in self.allowed):
            return
        self.problems.append(f"console: {said.text} ({said.page.url if said.page else ''})")


@dataclass
class Visitor:
    """One person with one browser of their own."""

    live: Live
    context: BrowserContext
    page: Page
    watch: Watch

    def go(self, path: str) -> Page:
        """Open a page of the house and wait until it is at rest."""
        self.page.goto(f"{self.live.url}{path}")
        self.page.wait_for_load_state("networkidle")
        return self.page

    def become(self, key: str) -> None:
        """Sign in as a demo person, as the click of `press_to_become` does, without opening two pages for it."""
        token = self.context.request.get(f"{self.live.url}/jeton/").json()["csrf"]
        form = {"person": key, "csrfmiddlewaretoken": token}
        answer = self.context.request.post(f"{self.live.url}/demo/entrer/", form=form, max_redirects=0)
        assert answer.status == 302, f"{answer.status}: {key}"

    def press_to_become(self, key: str) -> None:
        """Sign in as a demo person with one click, as a visitor of the demonstration does, and arrive there."""
        self.go("/demo/")
        with arriving(self.page):
            self.page.locator(f"form:has(input[name=person][value={key}]) button").click()

    @property
    def path(self) -> str:
        """Where they are."""
        return urlsplit(self.page.url).path

    def scrolls_sideways(self) -> bool:
        """Whether something is wider than the window."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


@contextmanager
def visit(browser: Browser, live: Live, **options: Any) -> Iterator[Visitor]:
    """A fresh browser; what it met is judged at the end of the block."""
    options = {"locale": "fr-CA", "service_workers": "block", **options}
    context = browser.new_context(**options)
    watch = Watch(live.url)
    watch.follow(context)
    try:
        yield Visitor(live, context, context.new_page(), watch)
        assert not watch.problems, "\n".join(watch.problems)
    finally:
        context.close()


@contextmanager
def arriving(page: Page) -> Iterator[None]:
    """What is done inside leads to another page, which is at rest at the end."""
    with page.expect_navigation(wait_until="networkidle"):
        yield


@contextmanager
def answered(page: Page) -> Iterator[None]:
    """What is done inside sends a form: another page follows, or the same form with what is wrong with it."""
    page.evaluate("() => { document.documentElement.dataset.before = '1'; }")
    yield
    for _ in range(600):
        with suppress(Error):  # on its way from one page to the other
            if page.evaluate("!document.documentElement.dataset.before || !!document.querySelector('form .summary')"):
                break
        page.wait_for_timeout(50)
    else:
        raise AssertionError("the form was not answered")
    page.wait_for_load_state("networkidle")


def until(page: Page, expression: str, seconds: float = 15.0) -> None:
    """Wait until something is true in the page; Playwright's own way would need `eval`, which the policy forbids."""
    for _ in range(int(seconds * 20)):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {expression}")


WIDTHS = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 900}}
AT_400 = {"width": 320, "height": 512}
"""What a window of 1280 pixels has left at 400 %."""
THEMES = ("light", "dark")
COLOURS = ["color-contrast", "link-in-text-block"]
_AXE = Path(axe_playwright_python.__file__).parent.joinpath("axe.min.js").read_text(encoding="utf-8")
# No colour half-way to another: a change of theme is a transition, which its heirs follow one after the other.
_AT_REST = """async () => {
  for (let still = 0; still < 3; still += 1) {
    await new Promise((drawn) => requestAnimationFrame(drawn));
    const moving = document.getAnimations().filter((each) => each.effect.getTiming().iterations !== Infinity);
    moving.forEach((each) => each.finish());
    if (moving.length) still = -1;
  }
}"""
_RUN = "([within, options]) => axe.run(within || document, options).then((found) => found.violations)"


def violations(
    page: Page, *, within: str | None = None, rules: Sequence[str] = WCAG, theirs: Sequence[tuple[str, str]] = ()
) -> list[str]:
    """What axe holds against WCAG 2.2 A and AA, a line each; `within` limits it to one part of the page.

    `theirs` are (rule, part of the element's opening tag) that are not ours to mend.
    """
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(_AXE)
    # Without what is right, the answer is a hundredth as long.
    found = page.evaluate(_RUN, [within, {"runOnly": list(rules), "resultTypes": ["violations"]}])
    return [
        f"{violation['id']} ({violation['help']}): {node['target']} {node.get('failureSummary', '')[:200]}"
        for violation in found
        for node in violation["nodes"][: None if theirs else 4]
        if not any(violation["id"] == rule and part in node["html"] for rule, part in theirs)
    ]


def faults(visitor: Visitor, *, theirs: Sequence[tuple[str, str]] = ()) -> list[str]:
    """What is wrong with the page somebody is on: on a phone and at a desk in both themes, and at 400 %.

    Of our own staff screens, what stands inside Wagtail's frame; with `theirs` (see `violations`), the frame too.
    """
    page, found = visitor.page, []
    within = "main" if "/bureau/" in visitor.path and not theirs else None
    if (titles := page.locator("h1").count()) != 1:
        found.append(f"{titles} titles")
    for width, size in WIDTHS.items():
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            page.evaluate(_AT_REST)
            rules = WCAG if theme == THEMES[0] else COLOURS  # another theme changes the colours alone
            found += [
                f"{width}, {theme}: {line}" for line in violations(page, within=within, rules=rules, theirs=theirs)
            ]
        if visitor.scrolls_sideways():
            found.append(f"{width}: scrolls sideways")
    page.set_viewport_size(AT_400)  # type: ignore[arg-type]
    if visitor.scrolls_sideways():
        found.append("at 400 %: scrolls sideways")
    return [f"{visitor.path} {line}" for line in found]


BUDGET, MAP_BUDGET = 100_000, 150_000
_WEIGHT = """(head) => ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
  .map((part) => [head + part.encodedBodySize, part.name]).sort((one, other) => other[0] - one[0])"""
_HEAD = 700  # bytes of an answer's head


def too_heavy(visitor: Visitor) -> list[str]:
    """Whether the page just opened is more than a rural line should carry for a first view, caches left aside.

    Staff screens, most of which are Wagtail's, are opened in a town hall.
    """
    if "/bureau/" in visitor.path:
        return []
    parts = visitor.page.evaluate(_WEIGHT, _HEAD)
    budget = MAP_BUDGET if visitor.path.endswith("/carte/") else BUDGET
    if (weight := sum(size for size, _ in parts)) <= budget:
        return []
    return [f"{visitor.path}: {weight / 1000:.0f} kB, of which {parts[:4]}"]
