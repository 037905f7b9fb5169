"""What an operation raises when a rule of the house forbids something.

Messages are English msgids; whoever shows one translates it with :meth:`ParvisError.text`.
"""

from collections.abc import Callable


def gettext_noop(text: str) -> str:
    """Mark a msgid for extraction without importing Django."""
    return text


class ParvisError(Exception):
    """A refusal a person can understand.

    `field` names the form field it concerns; `params` fill the message's ``%(name)s`` places.
    """

    code = "error"
    status = 400
    message = gettext_noop("Something went wrong.")

    def __init__(self, message: str | None = None, /, *, field: str | None = None, **params: object) -> None:
        self.message = message or type(self).message
        self.field = field
        self.params = params
        super().__init__(self.message % params if params else self.message)

    def text(self, translate: Callable[[str], str]) -> str:
        """Return the message in the reader's language; `translate` is gettext."""
        text = translate(str(self.message))
        return text % self.params if self.params else text


class Invalid(ParvisError):
    """A value cannot be accepted; `field` says which."""

    code, status = "invalid", 422
    message = gettext_noop("This value cannot be accepted.")


class NotAllowed(ParvisError):
    """The actor may not do this."""

    code, status = "not_allowed", 403
    message = gettext_noop("You may not do this.")


class NotFound(ParvisError):
    """There is no such thing, or not for this reader: the two are never told apart."""

    code, status = "not_found", 404
    message = gettext_noop("We could not find this.")


class Withdrawn(NotFound):
    """It was shown to everyone once, and is not any more: links to it are still about, and deserve an answer."""

    code, status = "withdrawn", 410
    message = gettext_noop("This was shown to everyone once; it is not any more.")


class WrongState(ParvisError):
    """The thing has moved on since: the step is not possible from its present state."""

    code, status = "wrong_state", 409
    message = gettext_noop("This has changed in the meantime. Reload the page and look again.")


class Conflict(ParvisError):
    """Somebody else got there first, or it exists already."""

    code, status = "conflict", 409
    message = gettext_noop("This already exists.")


class TooMuch(ParvisError):
    """Too many tries, or too large a piece."""

    code, status = "too_much", 429
    message = gettext_noop("That is too much at once. Wait a moment and try again.")


class Unavailable(ParvisError):
    """A part outside the house does not answer; the work waits, nothing is lost."""

    code, status = "unavailable", 503
    message = gettext_noop("This part is out of order for the moment. Try again a little later.")


def require(allowed: bool, message: str | None = None) -> None:
    """Raise :class:`NotAllowed` unless `allowed`."""
    if not allowed:
        raise NotAllowed(message)
