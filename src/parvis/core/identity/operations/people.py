"""Writes about people: entering and leaving a town, one's own details, people made at the counter."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from parvis.core.events.operations import record
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, gettext_noop, require
from parvis.lib.ids import new_id

from .. import rules
from ..models import Account, Language, Person, Presence


@transaction.atomic
def enter_territory(*, actor: Actor, now: datetime) -> Presence:
    """Let the actor's territory see the actor: what a person agrees to when coming to a town. Raises NotAllowed.

    Entering again after having left is the same act. Safe to call twice.
    """
    require(actor.person_id is not None and actor.territory_id is not None)
    with use(person=actor.person_id, territory=actor.territory_id, scope=Scope.MINE):
        presence, made = Presence.objects.get_or_create(
            person_id=actor.person_id, territory_id=actor.territory_id, defaults={"entered_at": now}
        )
        came_back = presence.withdrawn_at is not None
        if came_back:
            presence.entered_at, presence.withdrawn_at = now, None
            presence.save(update_fields=["entered_at", "withdrawn_at"])
    if made or came_back:
        with use(territory=actor.territory_id):
            record(actor, "identity.entered", presence, now=now, person=str(actor.person_id))
    return presence


@transaction.atomic
def leave_territory(*, actor: Actor, now: datetime) -> None:
    """Take back what :func:`enter_territory` gave: the town no longer sees the person, its files stay its own.

    Raises NotAllowed for a visitor, and for those who hold a role there: a town knows its own staff.
    """
    require(actor.person_id is not None and actor.territory_id is not None)
    if actor.is_staff():
        raise Invalid(gettext_noop("You work for this town: it cannot be left while you hold a role there."))
    with use(person=actor.person_id, territory=actor.territory_id, scope=Scope.MINE):
        presence = Presence.objects.filter(
            person_id=actor.person_id, territory_id=actor.territory_id, withdrawn_at=None
        ).first()
        if presence is None:
            return
        presence.withdrawn_at = now
        presence.save(update_fields=["withdrawn_at"])
    with use(territory=actor.territory_id):
        record(actor, "identity.left", presence, now=now, person=str(actor.person_id))


@transaction.atomic
def change_details(*, actor: Actor, person_id: UUID, now: datetime, **details: str) -> Person:
    """Change a person's name, telephone, address or language: one's own, or at the counter. Raises NotAllowed."""
    require(rules.can_change_details(actor, person_id))
    unknown = set(details) - {"name", "phone", "address", "language", "email"}
    if unknown or ("email" in details and actor.person_id == person_id):
        raise Invalid(gettext_noop("Unknown detail: %(names)s."), names=", ".join(sorted(unknown or {"email"})))
    scope = Scope.MINE if actor.person_id == person_id else Scope.TERRITORY
    with use(person=actor.person_id, territory=actor.territory_id, scope=scope):
        person = Person.objects.get(pk=person_id)
        if details.get("email", person.email) != person.email and Account.objects.filter(pk=person_id).exists():
            # One address serves every town, and opens the account: its owner changes it, and confirms the new one.
            raise Invalid(gettext_noop("This person has an account: they change their address there."), field="email")
        for name, value in details.items():
            setattr(person, name, value)
        person.save(update_fields=list(details))
    if actor.territory_id is not None:
        with use(territory=actor.territory_id):
            record(actor, "identity.details_changed", person, now=now, details=sorted(details))
    return person


@transaction.atomic
def make_person(
    *,
    actor: Actor,
    name: str,
    now: datetime,
    email: str = "",
    phone: str = "",
    address: str = "",
    language: str = Language.FRENCH,
) -> Person:
    """Make a person who is at the counter or on the telephone, without an account. Raises NotAllowed, Invalid."""
    require(rules.can_make_people(actor))
    if not name.strip():
        raise Invalid(gettext_noop("Write the person's name."), field="name")
    key = new_id()
    with use(territory=actor.territory_id):
        # The presence opens the door through which the person may be written; its key is checked at commit.
        Presence.objects.create(person_id=key, territory_id=actor.territory_id, entered_at=now)
        person = Person(pk=key, name=name.strip(), email=email.lower(), phone=phone, created_at=now)
        person.address, person.language = address, language
        person.save(force_insert=True)
        record(actor.on_behalf_of(key, actor.channel), "identity.person_made", person, now=now, person=str(key))
    return person
