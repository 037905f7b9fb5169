"""The secret: made, handed over once, revoked."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from parvis.core.events.operations import record
from parvis.core.identity.models import Organisation
from parvis.core.tenancy.switches import settings_of
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, WrongState, gettext_noop, require
from parvis.lib.ids import new_code

from .. import rules
from ..models import ApiKey
from ..queries import hash_of
from ..workflow import State, sources_of
from .asking import checked, checked_rate

LONGEST = timedelta(days=5 * 366)


def new_token() -> tuple[str, str]:
    """Return a prefix that may be shown and a token of 256 random bits that begins with it."""
    prefix = "pvk_" + new_code().replace("-", "")
    return prefix, f"{prefix}_{secrets.token_urlsafe(32)}"


@transaction.atomic
def issue_secret(*, actor: Actor, key: ApiKey, now: datetime) -> tuple[ApiKey, str]:
    """Return an approved key with its secret, which is told this once. Raises NotAllowed, WrongState (told already)."""
    require(rules.can_look_after(actor, key))
    prefix, token = new_token()
    changes = {"prefix": prefix, "token_hash": hash_of(token), "issued_at": now, "expires_at": now + _lasting()}
    waiting = ApiKey.objects.filter(pk=key.pk, state__in=sources_of(State.ACTIVE))
    if not waiting.update(state=State.ACTIVE.value, **changes):
        raise WrongState()
    key.refresh_from_db()
    record(actor, "apikeys.issued", key, now=now)
    return key, token


def _lasting() -> timedelta:
    return timedelta(days=settings_of("apikeys").lasts_days)


@transaction.atomic
def make_key(
    *,
    actor: Actor,
    name: str,
    purpose: str,
    scopes: Sequence[str],
    now: datetime,
    organisation: Organisation | None = None,
    email: str = "",
    per_minute: int | None = None,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Make a key in the back office and return it with its secret, told this once. Raises NotAllowed, Invalid."""
    require(rules.can_manage_keys(actor))
    require(
        rules.can_give_scopes(actor, scopes),
        gettext_noop("This key would open what your own role does not: ask somebody who holds that right."),
    )
    ends = expires_at or now + _lasting()
    if not now < ends <= now + LONGEST:
        raise Invalid(gettext_noop("A key lasts between one day and five years."), field="expires_on")
    prefix, token = new_token()
    key = ApiKey(
        **checked(name=name, purpose=purpose, scopes=scopes),
        organisation=organisation,
        email=email,
        per_minute=checked_rate(settings_of("apikeys").per_minute if per_minute is None else per_minute),
        state=State.ACTIVE.value,
        prefix=prefix,
        token_hash=hash_of(token),
        asked_at=now,
        decided_at=now,
        decided_by=actor.person_id,
        issued_at=now,
        expires_at=ends,
    )
    key.save(force_insert=True)
    record(actor, "apikeys.issued", key, now=now)
    return key, token


@transaction.atomic
def revoke_key(*, actor: Actor, key: ApiKey, now: datetime) -> ApiKey:
    """Close a key for good, or take a request back; it opens nothing from now on. Raises NotAllowed, WrongState."""
    require(rules.can_look_after(actor, key) or rules.can_manage_keys(actor))
    standing = ApiKey.objects.filter(pk=key.pk, state__in=sources_of(State.REVOKED))
    if not standing.update(state=State.REVOKED.value, revoked_at=now):
        raise WrongState()
    key.refresh_from_db()
    record(actor, "apikeys.revoked", key, now=now, by="owner" if rules.can_look_after(actor, key) else "staff")
    return key
