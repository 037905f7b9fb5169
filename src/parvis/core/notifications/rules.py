"""Who may choose for whom, and by which channels somebody is told. Calm by default: nothing that rings."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import time
from uuid import UUID

from parvis.core.identity.queries import has_entered
from parvis.core.identity.rules import can_make_people, can_see_people
from parvis.core.registry.entries import Notice, Recipient
from parvis.core.registry.topics import Topic, Weight
from parvis.core.tenancy.context import current_territory_id
from parvis.lib.actor import Actor

from .models import INBOX, Channel, Preset, Rhythm

NIGHT = (time(21), time(7))
RINGING = frozenset({"push", "sms"})  # what quiet hours hold back: e-mail and letters make no noise


def can_choose_for(actor: Actor, person_id: UUID | None) -> bool:
    """Tell whether the actor may say how somebody is told: themselves, or somebody served here as a member of staff."""
    if person_id is None:
        return False
    if actor.person_id == person_id:
        return True
    here = current_territory_id()
    return can_make_people(actor) and here is not None and has_entered(person_id, here)


def can_see_reach(actor: Actor) -> bool:
    """Tell whether the actor may see which addresses do not work, and what text messages cost."""
    return can_see_people(actor)


@dataclass(frozen=True, slots=True)
class Wishes:
    """How one person wants to hear of one topic: what is left out is as the preset says."""

    preset: str = Preset.CALM
    rhythms: Mapping[str, str] = field(default_factory=dict)
    quiet: tuple[time, time] | None = NIGHT
    devices: tuple[str, ...] = ()
    is_near: bool = True


CALM_WISHES = Wishes()

# What each preset says of a channel, for one's own business and for news.
_SAYS: dict[str, dict[Weight, dict[str, str]]] = {
    Preset.CALM: {Weight.OWN: {INBOX: Rhythm.NOW, "email": Rhythm.NOW, "push": Rhythm.NOW}},
    Preset.INFORMED: {
        Weight.OWN: {INBOX: Rhythm.NOW, "email": Rhythm.NOW, "push": Rhythm.NOW},
        Weight.NEWS: {INBOX: Rhythm.NOW, "email": Rhythm.DAILY},
    },
    Preset.QUIET: {Weight.OWN: {INBOX: Rhythm.NOW}},
}


def said_by(preset: str, topic: Topic, channel: str) -> str:
    """Return the rhythm of a topic by a channel that a preset stands for."""
    if topic.weight is Weight.EMERGENCY:
        return Rhythm.NOW
    return _SAYS[preset].get(topic.weight, {}).get(channel, Rhythm.NEVER)


def rhythm_of(wishes: Wishes, topic: Topic, channel: str) -> str:
    """Return how often somebody is told of a topic by a channel. Nothing silences an emergency."""
    if topic.weight is Weight.EMERGENCY:
        return Rhythm.NOW
    return wishes.rhythms.get(channel) or said_by(wishes.preset, topic, channel)


def ways(
    notice: Notice, topic: Topic, reader: Recipient, wishes: Wishes, *, letter: str, open_channels: Set[str]
) -> Iterator[tuple[str, str]]:
    """Yield (channel, rhythm) for each way in which a notice goes to one reader, whose dead addresses are left out.

    The inbox needs a person; a bare address gets an e-mail, or a text message for want of one. So does whoever chose
    nothing and has no e-mail: one's own business always reaches by something. `letter` is a postal address.
    """
    is_emergency = topic.weight is Weight.EMERGENCY
    if not (wishes.is_near or is_emergency):
        return
    can = {
        INBOX: INBOX in notice.channels and reader.person_id is not None,
        "email": "email" in notice.channels and bool(reader.email),
        "push": bool(wishes.devices) and "push" in open_channels,
        "sms": bool(reader.phone) and "sms" in open_channels,
        "letter": bool(letter) and "letter" in open_channels,
    }
    for channel in Channel.values:
        if not can[channel]:
            continue
        if reader.person_id is None:
            rhythm = Rhythm.NOW if channel == "email" or _only_by_text(notice, reader, channel) else Rhythm.NEVER
        elif channel == "sms" and "sms" not in wishes.rhythms and not is_emergency:
            quiet = wishes.preset == Preset.QUIET or topic.weight is not Weight.OWN
            rhythm = Rhythm.NOW if not quiet and _only_by_text(notice, reader, channel) else Rhythm.NEVER
        else:
            rhythm = Rhythm(rhythm_of(wishes, topic, channel))
        if rhythm != Rhythm.NEVER:
            yield channel, rhythm


def _only_by_text(notice: Notice, reader: Recipient, channel: str) -> bool:
    return channel == "sms" and "sms" in notice.channels and not reader.email
