"""A client of GeoReport v2, written on the specification: it calls another body's endpoint and reads what comes back.

Nothing here touches the database: calls to the outside never run inside a transaction.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException, ElementTree
from django.conf import settings

from parvis.lib.outbound import NoAnswer, Obstacle, call

from .formats import CHILDREN

MOST_BYTES, MOST_SECONDS = 4 * 1024 * 1024, 30.0
MOST_LETTERS = 4000
FINAL = frozenset({Obstacle.WRONG_ADDRESS, Obstacle.FORBIDDEN})
_ON_THE_WAY = frozenset({Obstacle.TIMEOUT, Obstacle.BROKEN})


class Trouble(Exception):
    """The call failed. `may_have_arrived`: it left, its answer did not come. `is_final`: trying again is no use."""

    def __init__(self, text: str, *, may_have_arrived: bool = False, is_final: bool = False) -> None:
        self.text, self.may_have_arrived, self.is_final = plain(text, 300), may_have_arrived, is_final
        super().__init__(self.text)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a new request got: its number, or a token that will give it."""

    request_id: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """Where a request stands there."""

    request_id: str
    status: str
    notes: str
    description: str
    lat: float | None
    lon: float | None


@dataclass(frozen=True, slots=True)
class Client:
    """An endpoint: `url` without what the specification puts below it; `form` is ``json`` or ``xml``."""

    url: str
    jurisdiction_id: str = ""
    api_key: str = ""
    form: str = "json"

    def services(self) -> list[dict[str, Any]]:
        """Return the services it offers, each with its attributes. Raises Trouble."""
        found = []
        for row in _rows(self._get("services")):
            code = plain(row.get("service_code"), 120)
            if code:
                asks = str(row.get("metadata")).lower() == "true"
                found.append(
                    {
                        "service_code": code,
                        "service_name": plain(row.get("service_name"), 200) or code,
                        "group": plain(row.get("group"), 120),
                        "attributes": self._attributes(code) if asks else [],
                    }
                )
        return found

    def _attributes(self, code: str) -> list[dict[str, Any]]:
        told = self._get(f"services/{quote(code, safe='')}")
        definition = told[0] if isinstance(told, list) and told else told
        rows = _rows(definition.get("attributes") if isinstance(definition, Mapping) else [])
        return [
            {
                "code": plain(row.get("code"), 120),
                "datatype": plain(row.get("datatype"), 20),
                "required": str(row.get("required")).lower() == "true",
                "description": plain(row.get("description"), 300),
                "values": [
                    {"key": plain(value.get("key"), 200), "name": plain(value.get("name"), 200)}
                    for value in _rows(row.get("values"))
                ],
            }
            for row in rows
            if row.get("code") and str(row.get("variable", True)).lower() != "false"
        ]

    def send(self, fields: Sequence[tuple[str, str]], *, once: str) -> Taken:
        """Send a request in. `once` goes along as an ``Idempotency-Key``, which some servers know. Raises Trouble."""
        said = [("jurisdiction_id", self.jurisdiction_id), ("api_key", self.api_key), *fields]
        body = urlencode([(name, value) for name, value in said if value]).encode()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "Idempotency-Key": once,
        }
        rows = _rows(self._call("POST", "requests", content=body, headers=headers))
        row = rows[0] if rows else {}
        taken = Taken(plain(row.get("service_request_id"), 200), plain(row.get("token"), 200))
        if not taken.request_id and not taken.token:
            raise Trouble("neither a number nor a token came back", may_have_arrived=True)
        return taken

    def number_of(self, token: str) -> str:
        """Return the number behind a token, empty while there is none. Raises Trouble."""
        rows = _rows(self._get(f"tokens/{quote(token, safe='')}"))
        return plain(rows[0].get("service_request_id"), 200) if rows else ""

    def requests(self, ids: Iterable[str]) -> dict[str, Heard]:
        """Return where these requests stand, by number; what it does not know is left out. Raises Trouble."""
        heard = [_heard(row) for row in _rows(self._get("requests", service_request_id=",".join(ids)))]
        return {row.request_id: row for row in heard if row.request_id}

    def since(self, service_code: str, start: datetime, end: datetime) -> list[Heard]:
        """Return the requests of a service made between two moments. Raises Trouble."""
        told = self._get(
            "requests",
            service_code=service_code,
            start_date=start.isoformat(timespec="seconds"),
            end_date=end.isoformat(timespec="seconds"),
        )
        return [_heard(row) for row in _rows(told)]

    def _get(self, resource: str, **asked: str) -> Any:
        # A key may show more of what it sent in itself; endpoints that read without one ignore it.
        said = {"jurisdiction_id": self.jurisdiction_id, "api_key": self.api_key, **asked}
        return self._call("GET", resource, query=urlencode({name: text for name, text in said.items() if text}))

    def _call(
        self,
        method: str,
        resource: str,
        *,
        query: str = "",
        content: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        address = f"{self.url.rstrip('/')}/{resource}.{self.form}" + (f"?{query}" if query else "")
        try:
            answer = call(
                method,
                address,
                content=content,
                headers=headers,
                allowed=settings.OUTBOUND_NETWORKS,
                most_bytes=MOST_BYTES,
                seconds=MOST_SECONDS,
            )
        except NoAnswer as none:
            arrived = none.obstacle in _ON_THE_WAY
            raise Trouble(str(none), may_have_arrived=arrived, is_final=none.obstacle in FINAL) from none
        if answer.status >= 500:
            raise Trouble(f"{answer.status} {_complaint(answer.body)}", may_have_arrived=True)
        if answer.status >= 300:
            final = answer.status not in {408, 429}
            raise Trouble(f"{answer.status} {_complaint(answer.body)}", is_final=final)
        if answer.is_cut:
            raise Trouble("the answer is too large", may_have_arrived=True)
        try:
            return read(answer.body)
        except ValueError as error:
            raise Trouble("the answer is neither JSON nor XML", may_have_arrived=True) from error


def read(body: bytes) -> Any:
    """Return JSON as it is, XML by the Spark convention. Raises ValueError; entities are refused."""
    text = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    try:
        if text.startswith(b"<"):
            return _spark(ElementTree.fromstring(text, forbid_dtd=True))
        return json.loads(text)
    except (DefusedXmlException, ElementTree.ParseError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error


def _spark(element: Element) -> Any:
    children = list(element)
    if element.tag in CHILDREN and all(child.tag == CHILDREN[element.tag] for child in children):
        return [_spark(child) for child in children]
    if children:
        return {child.tag: _spark(child) for child in children}
    return (element.text or "").strip() or None


def _rows(told: Any) -> list[Mapping[str, Any]]:
    """Return the rows of a list, also where a server wraps it once more."""
    if isinstance(told, Mapping):
        told = next((value for value in told.values() if isinstance(value, list)), [])
    return [row for row in told if isinstance(row, Mapping)] if isinstance(told, list) else []


def _heard(row: Mapping[str, Any]) -> Heard:
    return Heard(
        request_id=plain(row.get("service_request_id"), 200),
        status=plain(row.get("status"), 20).lower(),
        notes=plain(row.get("status_notes"), MOST_LETTERS, lines=True),
        description=plain(row.get("description"), MOST_LETTERS, lines=True),
        lat=_degrees(row.get("lat")),
        lon=_degrees(row.get("long")),
    )


def _degrees(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _complaint(body: bytes) -> str:
    """Return what the errors of an answer say."""
    try:
        rows = _rows(read(body))
    except ValueError:
        return ""
    return "; ".join(plain(row.get("description"), 200) for row in rows)


def plain(value: Any, most: int, *, lines: bool = False) -> str:
    """Return what another machine says as short plain text: no control characters, on one line unless `lines`."""
    if value is None or isinstance(value, list | Mapping):
        return ""
    kept = "".join(letter for letter in str(value) if letter.isprintable() or (lines and letter in "\n\t"))
    return kept.strip()[:most]
