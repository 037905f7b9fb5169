"""One report that is passed on, step by step: sent once, its number found, its state heard.

Each step is: what to do (in a transaction), the call (in none), what came of it (in a transaction). ``sending`` is
committed before a call leaves, so that a crash in between is known: the next try first looks whether the call arrived.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from parvis.core.cases import operations as cases
from parvis.core.cases.operations.history import write_history
from parvis.core.identity.sealing import unseal
from parvis.core.tenancy.addresses import absolute, territory_path
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.modules.issues import operations
from parvis.modules.issues.models import UNDER_WAY, Endpoint, EndpointKey, PassedOn, Stage
from parvis.modules.issues.workflow import Status

from . import reading
from .client import MOST_LETTERS, Client, Heard, Taken, Trouble

Inside = Callable[[], AbstractContextManager[None]]
MOST_ATTEMPTS = 20
LONGEST_WAIT = timedelta(hours=6)
FRESH, OFTEN, SELDOM = timedelta(days=2), timedelta(minutes=15), timedelta(hours=2)
CLOCKS_DIFFER = timedelta(minutes=10)
NEAR = 0.00002  # degrees: what rounding does to a place on its way


def client_of(endpoint: Endpoint) -> Client:
    """Return a client of an endpoint, with our key."""
    key = EndpointKey.objects.filter(endpoint=endpoint).first()
    return Client(endpoint.url, endpoint.jurisdiction_id, unseal(key.sealed) if key else "", endpoint.form)


@dataclass(frozen=True, slots=True)
class _Letter:
    """What a call needs, read in a transaction and used outside of it."""

    client: Client
    fields: list[tuple[str, str]]
    code: str
    service_code: str
    lat: float
    lon: float
    was_sending: bool
    since: datetime
    known: frozenset[str]


def send(passed_id: UUID, inside: Inside, now: Callable[[], datetime]) -> None:
    """Send a report in, once: a call whose answer never came is looked for before another one leaves."""
    with inside():
        letter = _begin(passed_id, now())
    if letter is None:
        return
    try:
        taken = _find_arrived(letter, now()) if letter.was_sending else None
        taken = taken or letter.client.send(letter.fields, once=f"parvis-{passed_id}")
    except Trouble as trouble:
        with inside():
            _failed(passed_id, trouble, now(), has_left=letter.was_sending or trouble.may_have_arrived)
        return
    with inside():
        _arrived(passed_id, taken, now())


def _begin(passed_id: UUID, now: datetime) -> _Letter | None:
    passed = PassedOn.objects.select_for_update(of=("self",)).filter(pk=passed_id).first()
    if passed is None or passed.stage not in (Stage.WAITING, Stage.SENDING):
        return None
    issue = passed.issue
    if not issue.is_open or issue.lat is None or issue.lon is None:
        _end(passed, Stage.STOPPED, now)
        return None
    was_sending = passed.stage == Stage.SENDING
    passed.stage, passed.tried_at, passed.attempts = Stage.SENDING, passed.tried_at or now, passed.attempts + 1
    passed.next_at = now + _pause(passed.attempts)
    passed.save(update_fields=["stage", "tried_at", "attempts", "next_at"])
    lately = PassedOn.objects.filter(endpoint=passed.endpoint_id, sent_at__gte=passed.tried_at - CLOCKS_DIFFER)
    return _Letter(
        client=client_of(passed.endpoint),
        fields=_fields(passed),
        code=issue.code,
        service_code=passed.service_code,
        lat=issue.lat,
        lon=issue.lon,
        was_sending=was_sending,
        since=passed.tried_at,
        known=frozenset(lately.values_list("request_id", flat=True)),
    )


def _fields(passed: PassedOn) -> list[tuple[str, str]]:
    """Return the request as the specification writes it: never who reported it, nor how to reach them."""
    issue, endpoint = passed.issue, passed.endpoint
    town = Territory.objects.get(pk=passed.territory_id)
    reference = _("Passed on by %(town)s, report %(code)s.") % {"town": town.name, "code": issue.code}
    words = issue.description[: MOST_LETTERS - len(reference) - 2] if endpoint.shares_words else ""
    photos = reading.public_photos([issue]).get(issue.pk, [])
    fields = [
        ("service_code", passed.service_code),
        ("lat", f"{issue.lat:.6f}"),
        ("long", f"{issue.lon:.6f}"),
        ("address_string", issue.address),
        ("description", f"{words}\n\n{reference}".strip()),
        ("media_url", absolute(territory_path(town, "fr", f"/fichiers/{photos[0].pk}/full")) if photos else ""),
    ]
    return fields + list(_attributes(passed))


def _attributes(passed: PassedOn) -> list[tuple[str, str]]:
    """Return the attributes of its service: the reporter's own answers by code, else what the clerk chose."""
    services: list[dict[str, Any]] = passed.endpoint.services
    none: dict[str, Any] = {"attributes": []}
    service = next((row for row in services if row["service_code"] == passed.service_code), none)
    own = {row["code"]: row["value"] for row in passed.issue.answers}
    fields: list[tuple[str, str]] = []
    for attribute in service["attributes"]:
        code = attribute["code"]
        value = own.get(code, passed.attributes.get(code))
        if value in (None, "", []):
            continue
        if attribute["datatype"] == "multivaluelist":
            fields += [(f"attribute[{code}][]", str(one)) for one in (value if isinstance(value, list) else [value])]
        else:
            fields.append((f"attribute[{code}]", str(value)))
    return fields


def _find_arrived(letter: _Letter, now: datetime) -> Taken | None:
    """Look for a call that left without an answer: same service, same place, since then, and not another of ours."""
    unclear = Trouble(_("It may have arrived: look for it there before it is sent again."), is_final=True)
    try:
        rows = letter.client.since(letter.service_code, letter.since - CLOCKS_DIFFER, now + CLOCKS_DIFFER)
    except Trouble as trouble:
        raise unclear if trouble.is_final else trouble
    here = [row for row in rows if row.request_id and row.request_id not in letter.known and _same_place(row, letter)]
    named = [row for row in here if letter.code in row.description]
    found = named or [row for row in here if not row.description]
    if len(found) > 1:
        raise unclear
    return Taken(found[0].request_id) if found else None


def _same_place(row: Heard, letter: _Letter) -> bool:
    if row.lat is None or row.lon is None:
        return False
    return abs(row.lat - letter.lat) <= NEAR and abs(row.lon - letter.lon) <= NEAR


def _failed(passed_id: UUID, trouble: Trouble, now: datetime, *, has_left: bool) -> None:
    passed = PassedOn.objects.select_for_update(of=("self",)).get(pk=passed_id)
    if passed.stage not in UNDER_WAY:
        return
    passed.trouble = trouble.text
    if trouble.is_final or passed.attempts >= MOST_ATTEMPTS:
        _end(passed, Stage.REFUSED, now)
        return
    if not has_left:
        passed.stage = Stage.WAITING
    passed.save(update_fields=["trouble", "stage"])


def _arrived(passed_id: UUID, taken: Taken, now: datetime) -> None:
    passed = PassedOn.objects.select_for_update(of=("self",)).get(pk=passed_id)
    if passed.stage not in (Stage.WAITING, Stage.SENDING, Stage.TOKEN):
        return
    passed.request_id, passed.token = taken.request_id, taken.token or passed.token
    passed.stage = Stage.SENT if taken.request_id else Stage.TOKEN
    is_first = passed.sent_at is None
    passed.sent_at, passed.trouble, passed.attempts = passed.sent_at or now, "", 0
    passed.next_at = now + (OFTEN if taken.request_id else timedelta(minutes=2))
    passed.save()
    if is_first:
        _tell_passed_on(passed, now)


def _tell_passed_on(passed: PassedOn, now: datetime) -> None:
    """The reporter sees that it went, and to whom; the report is taken in charge."""
    issue, actor = passed.issue, Actor.system(passed.territory_id)
    write_history(actor=actor, case=issue.case, name="passed_on", now=now)
    if issue.status == Status.REPORTED:
        operations.accept_issue(actor=actor, issue=issue, now=now)
    operations.record_step(actor, "issues.passed_on", issue, now, passed=str(passed.pk))


def find_number(passed_id: UUID, inside: Inside, now: Callable[[], datetime]) -> None:
    """Ask for the number behind a token."""
    with inside():
        passed = PassedOn.objects.select_related("endpoint").filter(pk=passed_id, stage=Stage.TOKEN).first()
        if passed is None:
            return
        client = client_of(passed.endpoint)
        attempts = passed.attempts + 1
        PassedOn.objects.filter(pk=passed_id).update(attempts=attempts, next_at=now() + _pause(attempts))
    try:
        number = client.number_of(passed.token)
    except Trouble as trouble:
        with inside():  # a server may answer 404 until the number exists: that ends nothing
            PassedOn.objects.filter(pk=passed_id).update(trouble=trouble.text)
        return
    if number:
        with inside():
            _arrived(passed_id, Taken(number), now())


def hear(endpoint_id: UUID, ids: list[UUID], inside: Inside, now: Callable[[], datetime]) -> None:
    """Ask an endpoint where some requests stand, in one call, and bring it home."""
    with inside():
        endpoint = Endpoint.objects.filter(pk=endpoint_id).first()
        rows = list(PassedOn.objects.filter(pk__in=ids, endpoint_id=endpoint_id, stage=Stage.SENT))
        if endpoint is None or not rows:
            return
        client = client_of(endpoint)
    try:
        heard: Mapping[str, Heard] = client.requests(row.request_id for row in rows)
        trouble = ""
    except Trouble as error:
        heard, trouble = {}, error.text
    for row in rows:
        with inside():
            _bring_home(row.pk, heard.get(row.request_id), trouble, now())


def _bring_home(passed_id: UUID, heard: Heard | None, trouble: str, now: datetime) -> None:
    passed = (
        PassedOn.objects.select_for_update(of=("self",)).select_related("issue__case", "endpoint").get(pk=passed_id)
    )
    if passed.stage != Stage.SENT:
        return
    if not passed.issue.is_open:
        _end(passed, Stage.STOPPED, now)  # it ended here
        return
    passed.next_at = now + (OFTEN if now - passed.sent_at < FRESH else SELDOM)
    if heard is None or heard.status not in {"open", "closed"}:
        passed.trouble = trouble or _("It does not know this number.")
        passed.save(update_fields=["next_at", "trouble"])
        return
    is_news = passed.heard_at is not None and heard.notes != passed.remote_notes
    passed.heard_at, passed.trouble = now, ""
    passed.remote_status, passed.remote_notes = heard.status, heard.notes
    passed.save(update_fields=["next_at", "trouble", "heard_at", "remote_status", "remote_notes"])
    if heard.status == "closed":
        _closed_there(passed, now)
    elif is_news and heard.notes:
        actor = Actor.system(passed.territory_id)
        cases.send_message(actor=actor, case=passed.issue.case, text=_said(passed), now=now)


def _closed_there(passed: PassedOn, now: datetime) -> None:
    """What it closed is solved here, with its words; or a clerk looks at it first, where the town wants that."""
    issue, actor = passed.issue, Actor.system(passed.territory_id)
    _end(passed, Stage.CLOSED, now)
    answer = _said(passed)[:MOST_LETTERS]
    if passed.endpoint.closes_here and issue.case.is_open:
        operations.resolve_issue(actor=actor, issue=issue, answer=answer, now=now)
    else:
        cases.add_note(actor=actor, case=issue.case, text=answer, now=now)


def _said(passed: PassedOn) -> str:
    name = passed.endpoint.name
    if not passed.remote_notes:
        return _("%(body)s has closed the request.") % {"body": name}
    return _("%(body)s: %(words)s") % {"body": name, "words": passed.remote_notes}


def _end(passed: PassedOn, stage: Stage, now: datetime) -> None:
    passed.stage, passed.ended_at, passed.next_at = stage, now, None
    passed.save(update_fields=["stage", "ended_at", "next_at", "trouble"])


def _pause(attempts: int) -> timedelta:
    """Twice as long each time, six hours at the most."""
    return min(timedelta(minutes=2 ** min(attempts, 10)), LONGEST_WAIT)
