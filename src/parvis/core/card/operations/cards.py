"""Give, print, replace and end cards. What holds no more goes on the list of revoked codes in the same transaction."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from parvis.core.events.operations import record
from parvis.lib.actor import Actor
from parvis.lib.errors import Conflict, Invalid, WrongState, gettext_noop, require

from .. import codes, queries, rules
from ..models import Card, CardState, Ending, Revocation, SigningKey
from ..standing import standing_of
from ..workflow import State, sources_of
from .keys import ensure_key


@transaction.atomic
def issue_card(*, actor: Actor, now: datetime, person_id: UUID | None = None) -> Card:
    """Give somebody their card in the territory in force (by default the actor); whoever has one keeps it.

    Raises NotAllowed.
    """
    whose = person_id or actor.person_id
    require(rules.can_have(actor, whose))
    present = queries.card_of(whose)
    if present is not None:
        return present
    ensure_key(now=now)
    made = _new(whose, now) or queries.card_of(whose)
    if made is None:
        raise Conflict
    record(_for(actor, made), "card.issued", made, now=now)
    return made


def _new(person_id: UUID | None, now: datetime) -> Card | None:
    """Return a new card, or None when another request was quicker."""
    try:
        with transaction.atomic():
            return Card.objects.create(person_id=person_id, issued_at=now)
    except IntegrityError:
        return None


@transaction.atomic
def print_card(*, actor: Actor, card: Card, purpose: str, now: datetime) -> codes.Code:
    """Sign a code for paper and return it. Raises NotAllowed, Invalid (``purpose``), WrongState (it has ended)."""
    require(rules.can_change(actor, card))
    wanted = queries.purpose_named(purpose)
    if wanted is None:
        raise Invalid(gettext_noop("Choose what the card is shown for."), field="purpose")
    # The card's row is held, so that whoever ends it meanwhile revokes this code too.
    held = Card.objects.select_for_update(of=("self",)).select_related("person").get(pk=card.pk)
    if held.state != CardState.ACTIVE:
        raise WrongState
    key = SigningKey.objects.select_for_update().get(pk=ensure_key(now=now).pk)
    made = codes.paper_code(held, key, standing_of(held.person, now), wanted, now)
    Card.objects.filter(pk=held.pk).update(paper_until=max(made.expires_at, held.paper_until or made.expires_at))
    SigningKey.objects.filter(pk=key.pk).update(needed_until=max(made.expires_at, key.needed_until or made.expires_at))
    record(_for(actor, card), "card.printed", card, now=now, purpose=purpose)
    return made


@transaction.atomic
def end_card(*, actor: Actor, card: Card, because: str, now: datetime) -> Card:
    """End a card for good, with all its codes. Raises NotAllowed, Invalid (``because``), WrongState."""
    require(rules.can_change(actor, card))
    _end(card, because, now)
    record(_for(actor, card), "card.ended", card, now=now, because=because)
    return card


@transaction.atomic
def replace_card(*, actor: Actor, card: Card, because: str, now: datetime) -> Card:
    """End a card that was lost, stolen or damaged and give another, with another number, at once.

    Raises NotAllowed, Invalid (``because``), WrongState.
    """
    require(rules.can_change(actor, card))
    _end(card, because, now)
    made = Card.objects.create(person_id=card.person_id, issued_at=now)
    record(_for(actor, card), "card.replaced", made, now=now, because=because, before=str(card.pk))
    return made


@transaction.atomic
def void_codes(*, person_id: UUID, now: datetime) -> None:
    """Let no code so far hold any more, since what they say of somebody is not true any more; the card goes on."""
    held = Card.objects.select_for_update().filter(person_id=person_id, state=CardState.ACTIVE).first()
    if held is None:
        return
    revoke_codes(held, now)
    Card.objects.filter(pk=held.pk).update(edition=F("edition") + 1, paper_until=None)


def _end(card: Card, because: str, now: datetime) -> None:
    if because not in Ending.values:
        raise Invalid(gettext_noop("Say why it ends."), field="because")
    standing = Card.objects.filter(pk=card.pk, state__in=sources_of(State.ENDED))
    if not standing.update(state=State.ENDED.value, ended_at=now, ended_because=because):
        raise WrongState
    card.refresh_from_db()
    revoke_codes(card, now)


def revoke_codes(card: Card, now: datetime) -> None:
    """Put all codes of a card that may still hold on the list."""
    rows = [
        Revocation(territory_id=card.territory_id, code_id=code, until=until, made_at=now)
        for code, until in queries.codes_abroad(card, now).items()
    ]
    Revocation.objects.bulk_create(rows, ignore_conflicts=True)


def _for(actor: Actor, card: Card) -> Actor:
    """Return the actor as working for whose card it is."""
    return actor if actor.person_id == card.person_id else actor.on_behalf_of(card.person_id, actor.channel)
