"""Providers for tests: each a real adapter, in this process, that behaves as it is told."""

from collections.abc import Sequence
from typing import ClassVar

from parvis.core.delivery.channels.protocol import Down, Envelope, Outcome, Result


class Memory:
    """Takes everything and remembers it."""

    batch = 50
    taken: ClassVar[list[Envelope]] = []

    def __init__(self, channel: str) -> None:
        self.channel = channel

    def __enter__(self) -> "Memory":
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def send(self, envelopes: Sequence[Envelope]) -> Sequence[Result]:
        """Remember."""
        self.taken.extend(envelopes)
        return [Result(envelope.id, Outcome.SENT) for envelope in envelopes]


class Refuses(Memory):
    """Says no for ever."""

    def send(self, envelopes: Sequence[Envelope]) -> Sequence[Result]:
        """Refuse."""
        return [Result(envelope.id, Outcome.REFUSED, "550 nobody of that name") for envelope in envelopes]


class NotNow(Memory):
    """Says to come back later."""

    def send(self, envelopes: Sequence[Envelope]) -> Sequence[Result]:
        """Put off."""
        return [Result(envelope.id, Outcome.LATER, "451 greylisted") for envelope in envelopes]


class Silent(Memory):
    """Cannot be reached."""

    def send(self, envelopes: Sequence[Envelope]) -> Sequence[Result]:
        """Raise Down."""
        raise Down("connection refused")


class HangsUp(Memory):
    """Takes one at a time and hangs up in the middle of every message to «poison»."""

    batch = 1

    def send(self, envelopes: Sequence[Envelope]) -> Sequence[Result]:
        """Take, or hang up."""
        if any("poison" in envelope.address for envelope in envelopes):
            raise Down("the line went dead", in_flight=True)
        return super().send(envelopes)
