"""Writes: ask and decide, issue and revoke, use and forget."""

from .asking import approve_key, ask_for_key, refuse_key
from .forgetting import erase_keys_of, forget_keys, forget_spending
from .issuing import issue_secret, make_key, revoke_key
from .using import actor_with, note_use
from .warning import warn_before_expiry

__all__ = [
    "actor_with",
    "approve_key",
    "ask_for_key",
    "erase_keys_of",
    "forget_keys",
    "forget_spending",
    "issue_secret",
    "make_key",
    "note_use",
    "refuse_key",
    "revoke_key",
    "warn_before_expiry",
]
