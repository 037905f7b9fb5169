"""The people of an archive: what the territory may see of them, and how they are recognised where it arrives.

A person is recognised by their id, or by an e-mail confirmed at both ends; who is there already is never changed.
Accounts, passwords and other locks never leave an instance.
"""

import hmac
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models.functions import Lower

from parvis.core.identity.models import Person, Presence
from parvis.core.tenancy.context import current_territory_id, use
from parvis.core.tenancy.guard import Scope
from parvis.core.territories.models import ConfirmedContact
from parvis.lib.ids import new_id

from . import shape

BATCH = 500
DETAILS = ("name", "email", "phone", "address", "language", "level", "is_fictional", "created_at")
NOBODY = "–"  # the name of a person of whom only the id is known, as after an erasure

T = TypeVar("T")


def in_batches(rows: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """Yield lists of at most `size`."""
    stream = iter(rows)
    while batch := list(islice(stream, size)):
        yield batch


def people_of_the_territory() -> list[UUID]:
    """Return the ids of everyone the territory in force has rows about, in order: the one list held in memory."""
    found = set(Presence.objects.filter(territory_id=current_territory_id()).values_list("person_id", flat=True))
    for one in shape.shapes():
        for column in one.person_keys:
            rows = one.model._base_manager.filter(territory_id=current_territory_id())
            found.update(rows.exclude(**{column: None}).order_by().values_list(column, flat=True).distinct().iterator())
    return sorted(found)


def dump(ids: Sequence[UUID]) -> Iterator[dict[str, Any]]:
    """Yield the people, with their details where the territory may see them, as a bare id where it may not."""
    for batch in in_batches(ids):
        seen = {person.pk: person for person in Person.objects.filter(pk__in=batch)}
        confirmed = _confirmed([person for person in seen.values() if person.email])
        for pk in batch:
            if pk in seen:
                details = {name: shape.plain(getattr(seen[pk], name)) for name in DETAILS}
                yield {"id": str(pk), **details, "email_confirmed": pk in confirmed}
            else:
                yield {"id": str(pk)}


def _confirmed(people: Sequence[Person]) -> set[UUID]:
    emails = {person.pk: person.email.lower() for person in people}
    told = ConfirmedContact.objects.filter(person_id__in=emails).values_list("person_id", "email")
    with use(scope=Scope.SIGN_IN):
        known = list(EmailAddress.objects.filter(user_id__in=emails, verified=True).values_list("user_id", "email"))
    return {pk for pk, email in [*known, *told] if emails[pk] == email.lower()}


class Pseudonyms:
    """Other ids for people, the same within one archive; the key that would lead back is thrown away."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def of(self, person_id: UUID | str) -> str:
        """Return what stands for a person."""
        digest = bytearray(hmac.digest(self._key, str(person_id).encode(), "sha256")[:16])
        digest[6], digest[8] = digest[6] & 0x0F | 0x80, digest[8] & 0x3F | 0x80  # UUID version 8 (RFC 9562)
        return str(UUID(bytes=bytes(digest)))


def load(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Make the people who are not here yet; return, for those recognised by e-mail, the id that they have here."""
    ids: dict[str, str] = {}
    for batch in in_batches(rows):
        with use(scope=Scope.SIGN_IN):
            here = {
                str(pk) for pk in Person.objects.filter(pk__in=[r["id"] for r in batch]).values_list("pk", flat=True)
            }
            emails = [row["email"].lower() for row in batch if row["id"] not in here and row.get("email_confirmed")]
            owners = _owners(emails)
            for row in batch:
                owner = owners.get(row.get("email", "").lower()) if row.get("email_confirmed") else None
                if row["id"] not in here and owner is not None:
                    ids[row["id"]] = owner
            new = [_person(row) for row in batch if row["id"] not in here and row["id"] not in ids]
            Person.objects.bulk_create(new)
        _keep_confirmed([(ids.get(row["id"], row["id"]), row["email"]) for row in batch if row.get("email_confirmed")])
    return ids


def _owners(emails: Sequence[str]) -> dict[str, str]:
    """Return who confirmed each of these e-mails here."""
    rows = EmailAddress.objects.annotate(folded=Lower("email")).filter(folded__in=emails, verified=True)
    return {email: str(owner) for email, owner in rows.values_list("folded", "user_id")}


def _person(row: Mapping[str, Any]) -> Person:
    details = {name: row[name] for name in DETAILS if name in row} or {"name": NOBODY}
    fields = {field.attname: field for field in Person._meta.concrete_fields}
    return Person(pk=UUID(row["id"]), **{name: shape.parsed(fields[name], value) for name, value in details.items()})


def _keep_confirmed(pairs: Iterable[tuple[str, str]]) -> None:
    territory = current_territory_id()
    ConfirmedContact.objects.bulk_create(
        [ConfirmedContact(pk=new_id(), territory_id=territory, person_id=pk, email=email) for pk, email in pairs],
        ignore_conflicts=True,
    )
