"""The doors a report comes in by, opened alike: words and a place in, what became of it out."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils import timezone

from parvis.core.apikeys.operations import make_key
from parvis.core.geo.importers.reading import BadLines, Unreadable
from parvis.core.inbound import operations as inbound
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.modules.issues.importers.mapping import read_map
from parvis.modules.issues.importers.reading import Table
from parvis.modules.issues.models import Category
from parvis.modules.issues.taking_in import take_in
from parvis.modules.issues.tests.factories import photo

MAIL = "mail.example.test"
MAP = """
name = "registre"
[columns]
opened = "ouvert"
category = "genre"
status = "etat"
lat = "lat"
lon = "lon"
description = "texte"
[status]
"" = "reported"
"""


@dataclass
class House:
    """A town, a program that calls it, and a folder for files."""

    town: Territory
    client: Client
    kind: Category
    folder: Path


def page(house: House, words: str, lat: str, lon: str) -> int:
    """The form of the page."""
    said = {"description": words, "place_address": "47, rue Principale", "place_lat": lat, "place_lon": lon}
    said |= {"place_ref": "", "idempotency_key": token_hex(16), "category": house.kind.slug}
    return _form(house, f"/{house.town.slug}/signalements/nouveau", said)


def api(house: House, words: str, lat: str, lon: str) -> int:
    """The native API, in JSON; what is no number goes as a program without manners writes it."""
    body = json.dumps({"category": house.kind.slug, "description": words})[:-1] + f', "lat": {lat}, "lon": {lon}}}'
    return _post(house, "", body.encode(), "application/json")


def api_form(house: House, words: str, lat: str, lon: str) -> int:
    """The native API, as a form with its photo."""
    said = {"category": house.kind.slug, "description": "…", "lat": lat, "lon": lon, "photos": [photo()]}
    body = encode_multipart(BOUNDARY, said).replace("…".encode(), words.encode("utf-8", "surrogatepass"))
    return _post(house, "with-photos", body, MULTIPART_CONTENT)


def open311(house: House, words: str, lat: str, lon: str) -> int:
    """Open311."""
    actor, scopes = Actor.system(house.town.pk), ["issues.report"]
    key = make_key(actor=actor, name="Essai", purpose="Essais", scopes=scopes, now=timezone.now())[1]
    said = {"jurisdiction_id": house.town.slug, "api_key": key, "service_code": house.kind.slug}
    return _form(house, "/api/open311/v2/requests.xml", {**said, "description": words, "lat": lat, "long": lon})


def mail(house: House, words: str, lat: str = "", lon: str = "") -> int:
    """A letter; it says nothing of a place."""
    head = f"From: Lise <lise@example.test>\r\nSubject: Un trou\r\nMessage-ID: <{token_hex(8)}@example.test>\r\n"
    kind = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    letter = (head + kind + words).encode("utf-8", "surrogatepass")
    with use(territory=None):
        verdict = inbound.take_in(
            letter,
            recipient=f"{house.town.slug}@{MAIL}",
            envelope_from="lise@example.test",
            now=timezone.now(),
        )
    return 200 if verdict == inbound.Verdict.TAKEN else 422


def registry(house: House, words: str, lat: str, lon: str) -> int:
    """A line of another register's file."""
    columns, table = house.folder / "registre.toml", house.folder / f"{token_hex(4)}.csv"
    columns.write_text(MAP, encoding="utf-8")
    quoted = words.replace('"', '""')
    line = f'2025-05-01 10:00;{house.kind.label_fr};;{lat};{lon};"{quoted}"\n'
    table.write_bytes(("ouvert;genre;etat;lat;lon;texte\n" + line).encode("utf-8", "surrogatepass"))
    now = timezone.now()
    try:
        with transaction.atomic():
            rows = Table(table, read_map(str(columns)), zone=house.town.timezone, now=now)
            take_in(actor=Actor.system(house.town.pk), territory=house.town, table=rows, now=now)
    except (BadLines, Unreadable):
        return 422
    return 200


def _form(house: House, path: str, said: dict[str, str]) -> int:
    kind = "application/x-www-form-urlencoded; charset=utf-8"
    return house.client.post(path, urlencode(said, errors="surrogatepass"), content_type=kind).status_code


def _post(house: House, path: str, body: bytes, kind: str) -> int:
    return house.client.generic("POST", f"/api/v1/{house.town.slug}/issues/{path}", body, kind).status_code


Door = Callable[[House, str, str, str], int]
DOORS: tuple[Door, ...] = (page, api, api_form, open311, mail, registry)
PLACED: tuple[Door, ...] = tuple(door for door in DOORS if door is not mail)


def named(door: Any) -> str:
    """The name of a door, for the test's."""
    return door.__name__ if callable(door) else ascii(door)[:30]
