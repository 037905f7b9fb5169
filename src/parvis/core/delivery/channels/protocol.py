"""What a channel and an adapter must offer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self
from uuid import UUID

from parvis.lib.errors import Unavailable, gettext_noop


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message as an adapter sees it. `message_id` never changes, so that a provider can recognise a repeat."""

    id: UUID
    address: str
    subject: str
    text: str
    message_id: str
    html: str = ""
    name: str = ""
    sender: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    territory_id: UUID | None = None
    person_id: UUID | None = None
    attempts: int = 1


class Outcome(StrEnum):
    """What became of an envelope: LATER is tried again, REFUSED never."""

    SENT = "sent"
    LATER = "later"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Result:
    """An envelope's outcome, with the provider's words when it is not SENT.

    `reference` is how the provider calls the message, for what it says later of its arrival; `parts` how many it bills.
    """

    id: UUID
    outcome: Outcome
    detail: str = ""
    reference: str = ""
    parts: int = 0


class Down(Exception):
    """The provider cannot be reached, or hung up: nobody's message can leave now.

    `in_flight`: it hung up in the middle of a message, which may therefore be the cause.
    """

    def __init__(self, detail: str, *, in_flight: bool = False) -> None:
        self.in_flight = in_flight
        super().__init__(detail)


class ChannelClosed(Unavailable):
    """This instance has no provider for the channel."""

    code = "channel_closed"
    message = gettext_noop("This way of sending messages is not set up here.")


class Adapter(Protocol):
    """A provider. It is entered once a turn, so that one connection serves many messages.

    `batch` is how many envelopes it takes at a time: all of them may be repeated after a crash, so a provider that is
    called once a message says 1.
    """

    batch: int

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

    def send(self, envelopes: Sequence[Envelope]) -> Sequence[Result]:
        """Hand over and return one result an envelope. Raises Down when nothing more can leave."""
        ...


class Channel(Protocol):
    """A kind of address. `name` is how rows and templates call it."""

    name: str

    def clean(self, address: str) -> str:
        """Return the address in its one form. Raises Invalid when nothing can be sent there."""
        ...
