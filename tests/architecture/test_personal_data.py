"""Every word tied to a person, in every table: it is in their export, and gone once they are erased.

A row of each model that belongs to a person is made with a word of its own in every text column; then both promises are
looked at in the database itself, not in what the packages say of it.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, models

from parvis.core.identity.models import Account, Person, Presence
from parvis.core.identity.tests.factories import AccountFactory, PersonFactory, staff_actor
from parvis.core.privacy import operations
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Kind, Scope
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.sync import Guarded, guarded_models
from parvis.lib.actor import Actor

from .samples import make

NOW = datetime(2026, 6, 1, 14, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
SHORTEST = 16  # a column that cannot hold a word holds a code, not what somebody wrote

# Columns whose words need not be in the export, each with its reason.
NOT_EXPORTED = {
    "apikeys.ApiKey.token_hash": "a secret, hashed",
    "cases.Case.search_text": "folded copy of the other columns",
    "cases.HandOver.reason": "what one body wrote to another, internal",
    "cases.PartnerMessage.text": "what the town and an organisation wrote to each other; its author finds it in theirs",
    "cases.Note.text": "staff's own notes stay inside; an access request brings them out",
    "delivery.Outgoing.html": "the same words as its text",
    "delivery.Outgoing.sender": "the town's own name",
    "delivery.Outgoing.error": "what the other mail server said",
    "delivery.Outgoing.message_id": "a number of the machinery",
    "delivery.Outgoing.dedupe_key": "a number of the machinery",
    "delivery.Outgoing.name": "the person's own name, as the inbox and the account have it",
    "delivery.LocalCopy": "what the adapter of a demonstration kept",
    "files.StoredFile.sha256": "a number of the machinery",
    "files.StoredFile.service": "a module's name",
    "files.StoredFile.content_type": "what kind of file it is",
    "identity.Account.password": "a secret, hashed",
    "identity.OrganisationInvitation.secret_hash": "a secret, hashed",
    "inbound.Arrival.key": "a number of the machinery",
    "issues.Issue.source_key": "the file and line that an earlier register gave it",
    "issues.Issue.idempotency_key": "a number of the machinery",
    "issues.MaterialLine.what": "what a crew used",
    "issues.WorkRecord.note": "the answer to the reporter says it; what could not be done is staff's own note",
    "issues.PassedOn.token": "a number of the machinery",
    "issues.PassedOn.trouble": "what another machine answered to a call",
    "delivery.Outgoing.reference": "a number of the provider's machinery",
    "notifications.Held.notice": "an event's name",
    "notifications.Held.path": "where its link leads",
    "notifications.InboxMessage.notice": "an event's name",
    "notifications.PushDevice.auth": "a key with which messages to the device are sealed",
    "notifications.PushDevice.p256dh": "a key with which messages to the device are sealed",
    "notifications.InboxMessage.path": "where its button leads",
    "notifications.InboxMessage.label": "what its button says",
    "portal.Served.module": "the counter says it",
    "privacy.PersonExport.path": "where the export itself lies",
    "audit.Entry.subject_type": "a table's name",
    "residency.Letter.code_hash": "a secret, hashed",
}
# Rows that stay, each with its reason (which `erase` tells the person too).
KEPT = {
    "audit": "append-only, ids and states only: no word of people is ever written there",
    "cases.Case.kind": "a module's name",
    "cases.CaseEvent.name": "an act's name, in an append-only history",
    "inbound.Arrival.key": "a hash, so that the same message is not taken in again",
    "issues.Issue.source_key": "the file and line that an earlier register gave it",
    "issues.Issue.address": "where in public space the problem was: the public history stays, without the person",
    "issues.MaterialLine.what": "what a crew used for the work, without the person",
    "issues.PassedOn.service_code": "what another body calls this kind of problem",
    "issues.PassedOn.request_id": "the number of the public request at the other body, without the person",
    "issues.PassedOn.token": "a number of the machinery",
    "issues.PassedOn.remote_status": "open or closed",
    "issues.PassedOn.trouble": "what another machine answered to a call",
    "privacy.Consent.purpose": "a code: proof of what was agreed to and taken back",
    "privacy.DataRequest": "proof that the law was followed",
    "privacy.ErasureRequest": "proof that the law was followed",
    "privacy.Forgotten": "ids and codes, so that a backup brings nobody back",
}

# What the tables' own constraints ask for.
WANTED: dict[str, dict[str, Any]] = {
    "apikeys.ApiKey": {"state": "active", "issued_at": NOW, "expires_at": NOW},
    "residency.Residency": {
        "state": "claimed",
        "proof": "",
        "valid_until": None,
        "ended_at": None,
        "ended_because": "",
    },
    "residency.Letter": {"printed_at": NOW, "expires_at": NOW, "spoilt_at": None, "tries": 1},
    "issues.Issue": {"status": "resolved", "resolved_at": NOW},
    "issues.Submission": {"media_state": "waiting"},
    "issues.PassedOn": {"stage": "waiting", "ended_at": None},
    "delivery.Outgoing": {"channel": "email", "is_secret": False, "state": "sent", "sent_at": NOW},
    "privacy.DataRequest": {"kind": "correction", "state": "done", "decided_at": NOW, "due_at": LATER},
    "privacy.Consent": {"version": 1},
    "privacy.PersonExport": {"ready_at": NOW, "expires_at": NOW, "size": 1},
}


def personal() -> list[Guarded]:
    """Return our models whose rows belong to a person, or hang on such a row, in the order they were declared."""
    found: list[Guarded] = []
    known: set[type[models.Model]] = {Person}
    for entry in guarded_models():
        if not entry.model.__module__.startswith("parvis.") or entry.model in {Person, Account, Presence}:
            continue
        hangs = any(field.is_relation and field.related_model in known for field in entry.model._meta.local_fields)
        if entry.guard.kind is Kind.PERSON or (entry.guard.kind is Kind.TERRITORY and (entry.guard.mine or hangs)):
            found.append(entry)
            known.add(entry.model)
    return found


def written(model: type[models.Model]) -> Iterator[models.Field]:
    """Yield the columns that can hold what somebody wrote."""
    for field in model._meta.local_fields:
        is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
        if is_text and (field.max_length or 999) >= SHORTEST and not field.primary_key:
            yield field


class Words:
    """A word for each column, and where it was put."""

    def __init__(self) -> None:
        self.places: dict[str, str] = {}

    def of(self, field: models.Field) -> str:
        word = f"zqx{len(self.places):04d}"
        self.places[word] = f"{field.model._meta.label}.{field.name}"
        return f"{word}@example.test" if isinstance(field, models.EmailField) else word


def fill(entry: Guarded, person: Person, words: Words, made: dict[type[models.Model], models.Model]) -> None:
    """Make one row of a model for a person, with a word in each column, hanging on the rows made before."""
    given = dict(WANTED.get(entry.model._meta.label, {}))
    if entry.model._meta.label == "identity.OrganisationInvitation":
        given["email"] = person.email
    given |= {field.name: words.of(field) for field in written(entry.model) if field.name not in given}
    parents = dict(made)
    for field in entry.model._meta.local_fields:
        if field.is_relation and field.related_model in parents:
            given[field.name] = parents.pop(field.related_model)
        elif field.name == (entry.guard.mine or entry.guard.person):
            given[field.name] = person.pk
    made[entry.model] = make(entry.model, **given)


def found_in_the_database(word_start: str, town: Territory, person: Person) -> dict[str, set[str]]:
    """Return the words that stand anywhere, by table, whatever scope shows the row."""
    found: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        for scope in Scope:
            with use(territory=town, person=person, scope=scope):
                for entry in guarded_models():
                    found_here = f"regexp_matches(t::text, '{word_start}[0-9]{{4}}', 'g')"
                    cursor.execute(f'SELECT DISTINCT m[1] FROM "{entry.table}" t, {found_here} m')
                    found.setdefault(entry.model._meta.label, set()).update(row[0] for row in cursor.fetchall())
    return {label: words for label, words in found.items() if words}


@pytest.mark.django_db
def test_every_word_is_exported_and_erased(territory: Territory) -> None:
    words = Words()
    person = PersonFactory(name="zqx9999 Marchand", email="zqx9998@example.test", entered=[territory])
    AccountFactory(person=person)
    made: dict[type[models.Model], models.Model] = {Person: person}
    for entry in personal():
        scope = Scope.TERRITORY if entry.guard.kind is Kind.TERRITORY else Scope.SIGN_IN
        with use(territory=territory, person=person, scope=scope):
            fill(entry, person, words, made)
    me = Actor(territory_id=territory.pk, person_id=person.pk)

    text = json.dumps(operations.export_person(actor=me, person_id=person.pk), default=str)
    missing = {
        place
        for word, place in words.places.items()
        if word not in text and place not in NOT_EXPORTED and place.rpartition(".")[0] not in NOT_EXPORTED
    }
    assert not missing, f"not in the export: {sorted(missing)}"

    with use(territory=territory):
        officer = staff_actor(territory, "privacy.handle")
    with use(territory=territory, person=officer.person_id):
        operations.erase_person(actor=officer, person_id=person.pk, now=NOW)
    operations.close_account(actor=me, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    found = found_in_the_database("zqx", territory, person)
    left = {(label, words.places.get(word, "name or address")) for label, held in found.items() for word in held}
    left = {(label, place) for label, place in left if not {label, label.partition(".")[0], place} & KEPT.keys()}
    assert not left, f"still holding what the person wrote: {left}"
