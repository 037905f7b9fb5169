"""To whom a letter is: which territory, and perhaps which of its cases."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings

from parvis.core.cases import answers
from parvis.core.cases.kinds import in_use
from parvis.core.cases.models import Case
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory

from .letter import Letter


@dataclass(frozen=True, slots=True)
class Target:
    """Where a letter goes. `town` is None for what comes back to the sender's address of the instance."""

    town: Territory | None
    case: Case | None = None
    kind: str = ""


def own_sender() -> str:
    """Return the address that our messages leave from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower()


def is_ours(address: str) -> bool:
    """Tell whether an address is one of the house's own: what comes from there goes round in circles."""
    if address == own_sender() or (settings.INBOUND_DOMAIN and address.endswith(f"@{settings.INBOUND_DOMAIN}")):
        return True
    return bool(address) and Territory.objects.filter(email__iexact=address).exists()


def target_of(recipient: str, letter: Letter | None, now: datetime) -> Target | None:
    """Return where a letter goes that was delivered to an address, or None when nobody here has it.

    The signed address of an answer wins, wherever it stands: as the recipient, or in the References. Without a letter,
    only whether the address is known.
    """
    target = _by_address(recipient.strip().lower(), now)
    if target is None or target.case is not None or letter is None or target.town is None:
        return target
    case = _referred_to(target.town, letter.references, now)
    return replace(target, case=case) if case else target


def _by_address(address: str, now: datetime) -> Target | None:
    mailbox, _at, domain = address.rpartition("@")
    if not mailbox:
        return None
    if domain == settings.INBOUND_DOMAIN and domain:
        for town in answers.towns_of(mailbox):
            with use(territory=town):
                case = answers.case_of(mailbox, now)
            # A signature that no longer holds is still somebody who writes to that town.
            return Target(town, case)
        slug, _plus, kind = mailbox.partition("+")
        found = Territory.objects.filter(slug=slug).first()
        if found is not None:
            return Target(found, kind=_kind(found, kind))
    towns = list(Territory.objects.filter(email__iexact=address)[:2])
    if len(towns) == 1:
        return Target(towns[0])
    return Target(None) if address == own_sender() else None


def _kind(town: Territory, word: str) -> str:
    if not word:
        return ""
    with use(territory=town):
        return word if in_use(word) else ""


def _referred_to(town: Territory, references: Iterable[str], now: datetime) -> Case | None:
    """Return the case that a letter answers to by the name of its conversation, which is signed."""
    with use(territory=town):
        for reference in list(references)[-20:]:
            case = answers.case_of(reference.strip("<>").partition("@")[0], now)
            if case is not None:
                return case
    return None
