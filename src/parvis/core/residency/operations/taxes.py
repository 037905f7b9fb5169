"""Prove a residency with what stands on the tax bill: the account's number and the amount.

Of the roll only a hash of each pair is kept, with how many people it has proven.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F

from parvis.core.events.operations import record
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, WrongState, gettext_noop, require

from .. import queries, rules
from ..models import MOST_USES, Proof, Residency, ResidencyState, TaxAccount, TaxTry
from .proving import Answer, prove

WRONG_A_DAY = 5
"""Wrong pairs that one person may type in a day."""
WRONG_HERE_A_DAY = 200
"""Wrong pairs of everybody in one territory in a day: then somebody guesses, with more than one account."""
A_BATCH = 2000


@transaction.atomic
def keep_roll(*, actor: Actor, pairs: Iterable[tuple[str, int]], now: datetime) -> int:
    """Put a tax roll (account numbers, amounts in cents) in the place of the former; return how many pairs it has.

    What a pair has proven already stays counted. Raises NotAllowed.
    """
    require(rules.can_keep_roll(actor))
    hashes = {queries.hash_of_pair(account, cents) for account, cents in pairs}
    TaxAccount.objects.exclude(pair_hash__in=hashes).delete()
    known = set(TaxAccount.objects.values_list("pair_hash", flat=True))
    new = [TaxAccount(territory_id=actor.territory_id, pair_hash=one) for one in sorted(hashes - known)]
    TaxAccount.objects.bulk_create(new, batch_size=A_BATCH)
    record(actor, "residency.roll_kept", None, now=now, pairs=len(hashes))
    return len(hashes)


@transaction.atomic
def try_tax_account(*, actor: Actor, residency: Residency, account: str, cents: int, now: datetime) -> Answer:
    """Prove one's own residency with the pair of a tax bill. Wrong pairs are counted: five a day, then not that day.

    Raises NotAllowed, Invalid (the territory does not take it), WrongState (ended in the meantime).
    """
    require(rules.is_mine(actor, residency))
    if not queries.options().by_tax_account:
        raise Invalid(gettext_noop("This municipality does not take tax bills here. Come to the counter."))
    _one_at_a_time(residency)
    residency.refresh_from_db()
    if residency.state == ResidencyState.PROVEN:
        return Answer.RIGHT
    if residency.state == ResidencyState.ENDED:
        raise WrongState
    day = TaxTry.objects.filter(tried_at__gt=now - timedelta(days=1))
    if day.filter(person_id=actor.person_id).count() >= WRONG_A_DAY or day.count() >= WRONG_HERE_A_DAY:
        return Answer.TOO_OFTEN
    usable = TaxAccount.objects.filter(pair_hash=queries.hash_of_pair(account, cents), uses__lt=MOST_USES)
    if not usable.update(uses=F("uses") + 1):
        TaxTry.objects.create(person_id=actor.person_id, tried_at=now)
        return Answer.WRONG
    prove(actor, residency, Proof.TAX, now)
    return Answer.RIGHT


def _one_at_a_time(residency: Residency) -> None:
    """Let the tries of one residency wait for each other: many at once are counted one by one, a double is one."""
    with connection.cursor() as cursor:
        lock = f"residency tax {residency.territory_id} {residency.person_id}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [lock])
