"""Public pages for anonymous readers, kept in memory: whole answers, and «not modified» to who has the page already.

The baseline is an empty Django view served in the same way in the same run.
"""

from __future__ import annotations

import http.client
import sys
from collections.abc import Iterator
from typing import Any

from bench.stand import server
from bench.stand.load import Result, hammer, request
from bench.stand.rows import row

NEEDS, LIMIT = "region", 180
RATE, P95 = 2000.0, 30.0
ROUNDS = 3
"""Each figure is the best of so many rounds: other programs share this machine."""

PAGES = ("", "signalements/", "carte/", "nouvelles/", "agenda/", "guides/")


def run() -> Iterator[dict[str, Any]]:
    """Yield the rates, then the 95th percentiles, of whole answers and of answers to conditional requests."""
    paths = [f"/{slug}/{page}" for slug in _towns() for page in PAGES]
    with server.empty_view() as port:
        empty = _best(port, [request("/")])
    with server.web_server() as port:
        tags = _warm(port, paths)
        whole = _best(port, [request(path, Accept_Encoding="br, gzip") for path in paths])
        asked = [request(path, Accept_Encoding="br, gzip", If_None_Match=tags[path]) for path in paths]
        conditional = _best(port, asked, status=304)
    for name, result in (("public_pages", whole), ("public_pages_not_modified", conditional)):
        yield row(name, result.rate, "requests/s", target=RATE, at_least=True, baseline=empty.rate, n=result.n)
        yield row(f"{name}_p95", result.p95, "ms", target=P95, baseline=empty.p95, n=result.n)


def _towns() -> list[str]:
    from parvis.core.tenancy.models import Territory

    return list(Territory.objects.filter(is_fictional=True).order_by("slug").values_list("slug", flat=True)[:2])


def _warm(port: int, paths: list[str]) -> dict[str, str]:
    """Ask for each page until every process has it; return the tags."""
    tags: dict[str, str] = {}
    for _ in range(8 * server.CORES):
        line = http.client.HTTPConnection("localhost", port)  # each connection may reach another process
        for path in paths:
            line.request("GET", path, headers={"Host": "localhost", "Accept-Encoding": "br, gzip"})
            answer = line.getresponse()
            answer.read()
            if answer.status != 200 or not answer.headers["ETag"]:
                raise RuntimeError(f"{path} answers {answer.status}, ETag {answer.headers['ETag']}: not a kept page")
            tags[path] = answer.headers["ETag"]
        line.close()
    return tags


def _best(port: int, requests: list[str], status: int = 200) -> Result:
    spent = server.processor_seconds()
    results = [hammer(port, requests, status=status) for _ in range(ROUNDS)]
    if wrong := sum(result.errors for result in results):
        raise RuntimeError(f"{wrong} answers of {sum(result.n for result in results)} did not have status {status}")
    # Where others use the machine, the processor time of one answer says more than the rate.
    cost = (server.processor_seconds() - spent) / sum(result.n for result in results)
    print(f"  {cost * 1e6:.0f} µs of processor for an answer of the server", file=sys.stderr, flush=True)
    return max(results, key=lambda result: result.rate)
