"""Ask for a key; approve or refuse."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from parvis.core.events.operations import record
from parvis.core.identity.models import Organisation
from parvis.core.tenancy.switches import settings_of
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, TooMuch, WrongState, gettext_noop, require

from .. import rules
from ..models import ApiKey, KeyState
from ..queries import scopes_offered
from ..workflow import State, sources_of

MOST_WAITING = 5


@transaction.atomic
def ask_for_key(
    *,
    actor: Actor,
    name: str,
    purpose: str,
    scopes: Sequence[str],
    now: datetime,
    organisation: Organisation | None = None,
) -> ApiKey:
    """Ask the territory in force for a key, for oneself or for an organisation one manages.

    Raises NotAllowed, Invalid, TooMuch (five requests of the same person wait already).
    """
    require(rules.can_ask_for_key(actor, organisation))
    if ApiKey.objects.filter(person_id=actor.person_id, state=KeyState.ASKED).count() >= MOST_WAITING:
        raise TooMuch(gettext_noop("Several of your requests wait for an answer: wait for it first."))
    key = ApiKey(
        **checked(name=name, purpose=purpose, scopes=scopes),
        person_id=actor.person_id,
        organisation=organisation,
        per_minute=settings_of("apikeys").per_minute,
        asked_at=now,
    )
    key.save(force_insert=True)
    record(actor, "apikeys.asked", key, now=now, scopes=key.scopes)
    return key


def checked(*, name: str, purpose: str, scopes: Sequence[str]) -> dict[str, object]:
    """Return the words and scopes of a key as they are kept. Raises Invalid."""
    if not name.strip():
        raise Invalid(gettext_noop("Say what the program is called."), field="name")
    if not purpose.strip():
        raise Invalid(gettext_noop("Say what the program does with what it reads or sends."), field="purpose")
    offered = {scope.code for scope in scopes_offered()}
    if not scopes or not set(scopes) <= offered:
        raise Invalid(gettext_noop("Choose what the key opens."), field="scopes")
    return {"name": name.strip()[:80], "purpose": purpose.strip()[:1000], "scopes": sorted(set(scopes))}


@transaction.atomic
def approve_key(*, actor: Actor, key: ApiKey, now: datetime, per_minute: int | None = None) -> ApiKey:
    """Approve a request; its owner then fetches the secret. Raises NotAllowed, Invalid, WrongState."""
    require(rules.can_manage_keys(actor))
    require(
        rules.can_give_scopes(actor, key.scopes),
        gettext_noop("This key would open what your own role does not: ask somebody who holds that right."),
    )
    changes: dict[str, object] = {}
    if per_minute is not None:
        changes["per_minute"] = checked_rate(per_minute)
    _decide(actor, key, State.APPROVED, now, **changes)
    record(actor, "apikeys.approved", key, now=now)
    return key


def checked_rate(per_minute: int) -> int:
    """Return a throttle that can be kept. Raises Invalid."""
    if not 1 <= per_minute <= 6000:
        raise Invalid(gettext_noop("Between 1 and 6,000 requests a minute."), field="per_minute")
    return per_minute


@transaction.atomic
def refuse_key(*, actor: Actor, key: ApiKey, reason: str, now: datetime) -> ApiKey:
    """Refuse a request, saying why. Raises NotAllowed, Invalid, WrongState."""
    require(rules.can_manage_keys(actor))
    if not reason.strip():
        raise Invalid(gettext_noop("Say why, for who asked."), field="reason")
    _decide(actor, key, State.REFUSED, now, reason=reason.strip()[:1000])
    record(actor, "apikeys.refused", key, now=now)
    return key


def _decide(actor: Actor, key: ApiKey, target: State, now: datetime, **changes: object) -> None:
    changes |= {"state": target.value, "decided_at": now, "decided_by": actor.person_id}
    if not ApiKey.objects.filter(pk=key.pk, state__in=sources_of(target)).update(**changes):
        raise WrongState()
    key.refresh_from_db()
