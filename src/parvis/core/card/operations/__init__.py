"""Every write about cards. All are keyword-only, run in one transaction, check their rule and record an event."""

from .cards import end_card, issue_card, print_card, replace_card, void_codes
from .forgetting import forget_cards, forget_marks, forget_old_cards, forget_revoked
from .keys import ensure_key, reseal_keys, rotate_key
from .places import change_place, close_place, open_place
from .visits import count_visit, take_back_visit

__all__ = [
    "change_place",
    "close_place",
    "count_visit",
    "end_card",
    "ensure_key",
    "forget_cards",
    "forget_marks",
    "forget_old_cards",
    "forget_revoked",
    "issue_card",
    "open_place",
    "print_card",
    "replace_card",
    "reseal_keys",
    "rotate_key",
    "take_back_visit",
    "void_codes",
]
