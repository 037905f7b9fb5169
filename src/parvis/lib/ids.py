"""Identifiers made in Python, so that rows keep theirs when a territory moves to another instance."""

import secrets
from uuid import UUID

from uuid_utils.compat import uuid7

# No vowels (no words), nothing that looks like something else when read on the telephone.
CODE_ALPHABET = "23456789BCDFGHJKMPQRTVWXY"


def new_id() -> UUID:
    """Return a UUIDv7 (RFC 9562): ordered by time, so that B-tree inserts stay at the right edge."""
    return uuid7()


def read_id(text: str | None) -> UUID | None:
    """Return the id that somebody's request says, or None for anything else."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def new_code(length: int = 8) -> str:
    """Return a public code a person can dictate, such as ``K7M2-PX4R``; `length` counts letters, without the dash.

    25 letters a place: eight places are 1.5 * 10^11 codes.
    """
    letters = [secrets.choice(CODE_ALPHABET) for _ in range(length)]
    half = length // 2
    return "".join(letters[:half]) + "-" + "".join(letters[half:])
