"""Every read of residencies that is more than a filter."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from parvis.core.tenancy.context import current_territory_id, use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.here import zone_here
from parvis.core.tenancy.switches import settings_of
from parvis.lib.actor import Actor
from parvis.lib.ids import CODE_ALPHABET

from .models import Letter, Residency, ResidencyState, TaxAccount
from .settings import Settings

RESIDENT = 3
"""The level of trust of a proven resident."""


def options() -> Settings:
    """Return what the territory in force has set."""
    found: Settings = settings_of("residency")
    return found


def today_here(now: datetime) -> date:
    """Return the day in the territory in force."""
    return now.astimezone(zone_here()).date()


def current(person_id: UUID | None) -> Residency | None:
    """Return where somebody says they live in the territory in force, proven or not."""
    if person_id is None:
        return None
    return Residency.objects.filter(person_id=person_id).exclude(state=ResidencyState.ENDED).first()


def everywhere(person_id: UUID) -> list[Residency]:
    """Return somebody's residencies in all territories, the present ones first; for its owner."""
    with use(person=person_id, territory=None, scope=Scope.MINE):
        rows = Residency._base_manager.filter(person_id=person_id).select_related("territory", "moved_to")
        return sorted(rows, key=lambda row: (row.ended_at is not None, -row.claimed_at.timestamp()))


def trust_of(person_id: UUID, now: datetime) -> int:
    """Return the level of trust that somebody has in the territory in force as a resident: 3, or 0 for none."""
    rows = Residency._base_manager.filter(
        territory_id=current_territory_id(), person_id=person_id, state=ResidencyState.PROVEN
    )
    valid_until = rows.values_list("valid_until", flat=True).first()
    if valid_until is None:
        return 0
    return RESIDENT if today_here(now) <= valid_until + timedelta(days=options().grace_days) else 0


def may_renew(residency: Residency, today: date) -> bool:
    """Tell whether a residency can be renewed on a day: from the reminder to the end of the grace."""
    holds = residency.holds(today, options().grace_days)
    return holds and (residency.valid_until - today).days <= options().remind_days


def standing(residency: Residency, now: datetime) -> dict[str, Any]:
    """Return what a page says of a residency beside its row: the letter on its way, renewal, the grace."""
    today, until = today_here(now), residency.valid_until
    return {
        "letter": open_letter(residency, now),
        "may_renew": may_renew(residency, today),
        "in_grace": until is not None and until < today,
        "holds_until": until + timedelta(days=options().grace_days) if until else None,
    }


def standing_everywhere(person_id: UUID) -> dict[UUID, Residency]:
    """Return where somebody says they live at this moment, by territory; for its owner."""
    with use(person=person_id, scope=Scope.MINE):
        rows = Residency._base_manager.filter(person_id=person_id).exclude(state=ResidencyState.ENDED)
        return {row.territory_id: row for row in rows}


def waiting_claims() -> QuerySet[Residency]:
    """Return the residencies that wait for a proof, oldest first."""
    rows = Residency.objects.filter(state=ResidencyState.CLAIMED)
    return rows.select_related("person").order_by("claimed_at", "id")


def ending_soon(now: datetime) -> QuerySet[Residency]:
    """Return the proofs that end within the days of the reminder, or are in their grace."""
    last = today_here(now) + timedelta(days=options().remind_days)
    rows = Residency.objects.filter(state=ResidencyState.PROVEN, valid_until__lte=last)
    return rows.select_related("person").order_by("valid_until", "id")


def letters_to_print(*, but_of: UUID | None = None) -> QuerySet[Letter]:
    """Return the letters that wait to be printed, oldest first, without those of the person who would print them."""
    waiting = Letter.objects.filter(printed_at=None, spoilt_at=None).select_related("residency__person")
    return waiting.exclude(person_id=but_of) if but_of else waiting


def count_letters(actor: Actor) -> int:
    """Count the letters that wait to be printed by this member of staff."""
    return letters_to_print(but_of=actor.person_id).count()


def open_letter(residency: Residency, now: datetime) -> Letter | None:
    """Return the letter on its way for a residency: asked for, or printed and still good."""
    rows = Letter.objects.filter(residency=residency, used_at=None, spoilt_at=None)
    return rows.filter(Q(expires_at=None) | Q(expires_at__gt=now)).first()


def hash_of_pair(account: str, cents: int) -> str:
    """Return what is kept of a tax account: its number and its amount (cents) in one, which only their owner has both.

    The territory is part of it, so that the same pair next door is another one.
    """
    plain = f"{current_territory_id()} {account} {cents}"
    return salted_hmac("parvis.residency.tax_account", plain, algorithm="sha256").hexdigest()


def has_roll() -> bool:
    """Tell whether the territory in force has imported its tax roll."""
    return TaxAccount.objects.exists()


def hash_of(letter_id: UUID, code: str) -> str:
    """Return what is kept of a letter's code: nobody reads the code from it without the key of the instance."""
    plain = "".join(letter for letter in code.upper() if letter in CODE_ALPHABET)
    return salted_hmac(f"parvis.residency.letter {letter_id}", plain, algorithm="sha256").hexdigest()
