"""A code that travels by mail to the address: whoever reads it there lives there, or has the letter box.

The code is made when the letter is printed, and only its hash is kept: what waits to be printed holds no secret.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from parvis.core.events.operations import record
from parvis.core.identity.models import Language
from parvis.lib.actor import Actor
from parvis.lib.errors import Conflict, Invalid, TooMuch, WrongState, gettext_noop, require
from parvis.lib.ids import new_code, new_id

from .. import queries, rules
from ..models import MOST_TRIES, Letter, Proof, Residency, ResidencyState
from .proving import Answer, prove

MOST_A_YEAR = 3
MOST_A_BATCH = 500


@dataclass(frozen=True, slots=True)
class Printed:
    """A letter as it is printed, with its code: told to the printer, and to nobody else."""

    name: str
    address: str
    language: str
    code: str
    expires_at: datetime


@transaction.atomic
def ask_for_letter(*, actor: Actor, residency: Residency, now: datetime) -> Letter:
    """Ask for a letter with a code to the address one has said.

    Raises NotAllowed, Invalid (the town sends none), WrongState (proven already), Conflict (one is on its way), TooMuch
    (three a year).
    """
    require(rules.can_change(actor, residency))
    if not queries.options().by_letter:
        raise Invalid(gettext_noop("This municipality sends no codes by mail. Come to the counter."))
    if residency.state != ResidencyState.CLAIMED:
        raise WrongState
    year = now - timedelta(days=365)
    if Letter.objects.filter(person_id=residency.person_id, asked_at__gt=year).count() >= MOST_A_YEAR:
        raise TooMuch(gettext_noop("Three letters were asked for in a year. Come to the counter, or telephone."))
    Letter.objects.filter(residency=residency, used_at=None, spoilt_at=None, expires_at__lte=now).update(spoilt_at=now)
    try:
        with transaction.atomic():
            made = Letter.objects.create(
                residency=residency, person_id=residency.person_id, address=residency.address, asked_at=now
            )
    except IntegrityError:
        raise Conflict(gettext_noop("A letter is on its way already.")) from None
    record(actor, "residency.letter_asked", residency, now=now, letter=str(made.pk))
    return made


@transaction.atomic
def take_letter_back(*, actor: Actor, letter: Letter, now: datetime) -> None:
    """Take a request back, or spoil a letter that went astray. Raises NotAllowed, WrongState."""
    require(rules.can_change(actor, letter.residency))
    if not Letter.objects.filter(pk=letter.pk, used_at=None, spoilt_at=None).update(spoilt_at=now):
        raise WrongState


@transaction.atomic
def print_letters(*, actor: Actor, now: datetime) -> Sequence[Printed]:
    """Return the letters that wait, each with a code made now; they count as sent.

    Two clerks who print at the same moment share them out: no letter is printed twice. Nobody prints their own, whose
    code would be in their hand before it was in their letter box. Raises NotAllowed, WrongState (none).
    """
    require(rules.can_prove_any(actor))
    waiting = queries.letters_to_print(but_of=actor.person_id)
    waiting = waiting.select_for_update(of=("self",), skip_locked=True)[:MOST_A_BATCH]
    batch, expires, printed = new_id(), now + timedelta(days=queries.options().letter_days), []
    for letter in waiting:
        code = new_code()
        letter.code_hash, letter.printed_at = queries.hash_of(letter.pk, code), now
        letter.batch, letter.expires_at = batch, expires
        letter.save(update_fields=["code_hash", "printed_at", "batch", "expires_at"])
        person = letter.residency.person
        language = person.language if person.language in Language.values else Language.FRENCH
        printed.append(Printed(person.name, letter.address, language, code, expires))
        whose = actor.on_behalf_of(letter.person_id, actor.channel)
        record(whose, "residency.letter_printed", letter.residency, now=now, letter=str(letter.pk))
    if not printed:
        raise WrongState(gettext_noop("No letter waits to be printed."))
    return printed


@transaction.atomic
def try_code(*, actor: Actor, residency: Residency, code: str, now: datetime) -> Answer:
    """Prove a residency with the code of its letter; five wrong ones spoil the letter.

    What was wrong is an answer and not an error, since the try must be counted. The right code sent twice is right
    twice. Raises NotAllowed.
    """
    require(rules.can_change(actor, residency))
    letter = queries.open_letter(residency, now)
    if letter is None or letter.printed_at is None:
        return Answer.RIGHT if _is_used(residency, code) else Answer.NO_LETTER
    # The try is taken before it is looked at: many at once are counted one by one.
    if not Letter.objects.filter(pk=letter.pk, used_at=None, spoilt_at=None, tries__lt=MOST_TRIES).update(
        tries=F("tries") + 1
    ):
        return Answer.TOO_OFTEN
    if hmac.compare_digest(letter.code_hash, queries.hash_of(letter.pk, code)):
        Letter.objects.filter(pk=letter.pk, used_at=None).update(used_at=now)
        prove(actor, residency, Proof.LETTER, now, letter=str(letter.pk))
        return Answer.RIGHT
    if Letter.objects.filter(pk=letter.pk, tries__gte=MOST_TRIES).update(spoilt_at=now):
        return Answer.TOO_OFTEN
    return Answer.WRONG


def _is_used(residency: Residency, code: str) -> bool:
    """Tell whether it is the code that proves this residency already: a form sent twice."""
    used = Letter.objects.filter(residency=residency, residency__state=ResidencyState.PROVEN).exclude(used_at=None)
    letter = used.order_by("used_at").last()
    return letter is not None and hmac.compare_digest(letter.code_hash, queries.hash_of(letter.pk, code))
