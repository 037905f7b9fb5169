"""Every link that a visitor finds leads to a page: all territories in French, one of them in each language."""

import re
from collections import deque
from html import unescape
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

import httpx
import pytest

from tests.live import Live

SAME = 2
"""Of addresses that differ only by a number, a code or what is asked, so many are opened in each town."""
LINK = re.compile(r'<(?:a|link|img|script|source)\b[^>]*?\s(?:href|src)="([^"]+)"')
NUMBERED = re.compile(r"[^/]*\d[^/]*|(?<=/)[A-Z]{4}-[A-Z]{4}(?=/|$)")


def shape(address: str) -> str:
    """What an address has in common with others: digits and codes are alike, and so are the values of a query."""
    parts = urlsplit(address)
    return NUMBERED.sub("#", parts.path) + "?" + "&".join(sorted(parse_qs(parts.query, keep_blank_values=True)))


def walk(client: httpx.Client, start: str) -> list[str]:
    """Follow the links below `start`; return those that lead nowhere, each with where it stands."""
    below = urlsplit(start).path
    waiting, seen, alike, broken = deque([(start, "")]), {start}, dict[str, int](), []
    while waiting:
        address, found_at = waiting.popleft()
        answer = client.get(address)
        if answer.status_code >= 400:
            broken.append(f"{answer.status_code} {address} (from {found_at})")
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        for link in LINK.findall(answer.text):
            target = urldefrag(urljoin(str(answer.url), unescape(link))).url
            inside = target.startswith(str(client.base_url)) and urlsplit(target).path.startswith(below)
            if inside and target not in seen and alike.setdefault(shape(target), 0) < SAME:
                alike[shape(target)] += 1
                seen.add(target)
                waiting.append((target, urlsplit(str(answer.url)).path))
    assert len(seen) > 20, f"{start} leads nearly nowhere"
    return broken


@pytest.mark.slow
def test_no_link_leads_nowhere(live: Live) -> None:
    slugs = [slug for (slug,) in live.rows("SELECT slug FROM tenancy_territory ORDER BY population DESC")]
    doors = [f"/{slug}/" for slug in slugs] + [f"/{language}/{slugs[-1]}/" for language in ("en", "es")]
    with httpx.Client(base_url=live.url, follow_redirects=True, timeout=60) as client:
        broken = [line for door in doors for line in walk(client, f"{live.url}{door}")]
    assert not broken, "\n".join(broken)
