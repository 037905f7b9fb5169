"""Every write about residencies. All are keyword-only, run in one transaction, check their rule and record an event."""

from .claiming import claim_residency, end_residency, move_residency
from .forgetting import forget_residencies, forget_tries
from .letters import ask_for_letter, print_letters, take_letter_back, try_code
from .proving import Answer, prove_at_counter, renew_residency
from .taxes import keep_roll, try_tax_account
from .timing import lapse_old, remind_before_end
from .withdrawing import end_unseen

__all__ = [
    "Answer",
    "ask_for_letter",
    "claim_residency",
    "end_residency",
    "end_unseen",
    "forget_residencies",
    "forget_tries",
    "keep_roll",
    "lapse_old",
    "move_residency",
    "print_letters",
    "prove_at_counter",
    "remind_before_end",
    "renew_residency",
    "take_letter_back",
    "try_code",
    "try_tax_account",
]
