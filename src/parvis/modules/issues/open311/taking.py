"""A request that a program sends in: read, checked, and made a report by the same operation as the pages'."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from parvis.core.assets.models import Asset
from parvis.core.cases.operations import Contact
from parvis.core.geo import queries as places
from parvis.core.geo.models import Address
from parvis.core.geo.queries import Match
from parvis.core.tasks.operations import defer
from parvis.core.tenancy.models import Territory
from parvis.modules.issues import operations
from parvis.modules.issues.models import Category, Issue, MediaState, Submission
from parvis.modules.issues.queries.assets import ASSET, asset_by_number

from . import tasks
from .asking import degrees
from .keys import Caller
from .refusals import Refused

_ATTRIBUTE = re.compile(r"attribute\[([^\]]{1,40})\](\[\d*\])?")
MOST_URL = 2000


def find_service(code: str) -> Category:
    """Return the category of a ``service_code``. Raises Refused: 400 when it is missing, 404 when there is none."""
    code = code.strip()
    if not code:
        raise Refused(_("service_code was not provided."))
    found = Category.objects.filter(slug=code, is_active=True).first() if "\x00" not in code else None
    if found is None:
        raise Refused(_("service_code was not found: GET services lists those of this jurisdiction."), 404)
    return found


@transaction.atomic
def take_request(request: HttpRequest, territory: Territory, caller: Caller) -> Issue:
    """Make a report of a form that was sent in. Raises Refused and what `report_issue` raises."""
    said = request.POST
    if any("\x00" in text for values in dict(said.lists()).values() for text in values):
        raise Refused(_("The character zero cannot be kept."))
    category = find_service(said.get("service_code", ""))
    media = _media(said.get("media_url", "").strip())
    place = _place(said, territory)
    answered = answers(said)
    thing = _thing(category, answered)
    issue = operations.report_issue(
        actor=caller.actor,
        category=category,
        answers=answered,
        asset=thing,
        description=said.get("description", ""),
        contact=_contact(said, request.LANGUAGE_CODE),  # type: ignore[attr-defined]
        idempotency_key=_once(request.headers.get("Idempotency-Key", ""), caller.key_id),
        now=timezone.now(),
        **place,
    )
    _remember(issue, caller.key_id, media)
    return issue


def _thing(category: Category, answered: dict[str, Any]) -> Asset | None:
    """Take the number of a thing out of the answers and return that thing. Raises Refused when nothing carries it."""
    number = str(answered.pop(ASSET, "")).strip() if category.asset_kinds else ""
    found = asset_by_number(number, category.asset_kinds) if number else None
    if number and found is None:
        raise Refused(_("attribute[asset]: nothing here carries this number."))
    return found


def _remember(issue: Issue, key_id: UUID | None, media: str) -> None:
    state = MediaState.WAITING if media else MediaState.NONE
    sent, is_new = Submission.objects.get_or_create(
        issue=issue, defaults={"key_id": key_id, "media_url": media, "media_state": state}
    )
    if is_new and media:
        defer(tasks.fetch_media, submission=str(sent.pk))


def _once(key: str, key_id: UUID | None) -> str:
    """Return our own key for what must be taken once: another program's same word is another word."""
    return hashlib.sha256(f"open311 {key_id} {key}".encode()).hexdigest() if key else ""


def answers(said: QueryDict) -> dict[str, Any]:
    """Return ``attribute[code]`` and ``attribute[code][]`` by code."""
    found: dict[str, list[str]] = {}
    for name, values in said.lists():
        match = _ATTRIBUTE.fullmatch(name)
        if match:
            found.setdefault(match[1], []).extend(values)
    return {code: values[0] if len(values) == 1 else values for code, values in found.items()}


def _contact(said: Mapping[str, str], language: str) -> Contact:
    name = " ".join(said.get(part, "").strip() for part in ("first_name", "last_name")).strip()
    return Contact(name, said.get("email", ""), said.get("phone", ""), language)


def _place(said: Mapping[str, str], territory: Territory) -> dict[str, Any]:
    """Return `lat`, `lon` and `address` from degrees, an address in words or the id of one. Raises Refused."""
    words, address_id = said.get("address_string", "").strip()[:200], said.get("address_id", "").strip()
    point = degrees(said)
    if point is not None:
        return {"lat": point[0], "lon": point[1], "address": words}
    if address_id:
        return _known_address(address_id) | {"address": words}
    if not words:
        raise Refused(_("A place is needed: lat and long, address_string or address_id."))
    found = places.search_addresses(territory, words, limit=2)
    if not found or not (found[0].match is Match.EXACT or len(found) == 1):
        raise Refused(_("address_string is not known or not precise enough here: send lat and long."))
    return {"lat": found[0].lat, "lon": found[0].lon, "address": found[0].label}


def _known_address(text: str) -> dict[str, Any]:
    try:
        found = Address.objects.filter(pk=UUID(text)).first()
    except ValueError:
        found = None
    if found is None:
        raise Refused(_("address_id was not found."))
    return {"lat": found.lat, "lon": found.lon}


def _media(url: str) -> str:
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname) and len(url) <= MOST_URL
    except ValueError:
        is_good = False
    if not is_good:
        raise Refused(_("media_url is not a web address."))
    return url
