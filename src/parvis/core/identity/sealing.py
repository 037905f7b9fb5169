"""Secrets in the database (keys of authenticator apps) are sealed with a key that is not in it.

The key file holds one key a line, the one in use first. Rotation puts a new key in front; older ones still open what
they sealed (:func:`reseal` seals it again with the new one).
"""

import os
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Unreadable(Exception):
    """A sealed value was sealed with a key this instance no longer has."""


def _keys(path: Path) -> list[str]:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, [Fernet.generate_key().decode()])
    return [line for line in path.read_text().splitlines() if line.strip()]


def _write(path: Path, keys: list[str]) -> None:
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write("\n".join(keys) + "\n")
    fresh.replace(path)


@lru_cache(maxsize=1)
def _box(path: Path, changed_ns: int) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in _keys(path)])


def _current() -> MultiFernet:
    path = settings.SECRETS_KEY_FILE
    _keys(path)
    return _box(path, path.stat().st_mtime_ns)


def seal(text: str) -> str:
    """Return a text that only an instance with the key file can read."""
    return _current().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Return the text that was sealed. Raises Unreadable."""
    try:
        return _current().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable("The key file of this instance does not open this secret.") from error


def reseal(sealed: str) -> str:
    """Return the same secret, sealed with the key now in use."""
    return seal(unseal(sealed))


def rotate() -> None:
    """Put a new key in front of the key file."""
    path = settings.SECRETS_KEY_FILE
    _write(path, [Fernet.generate_key().decode(), *_keys(path)])
