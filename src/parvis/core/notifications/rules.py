"""By which channels somebody is told. Calm by default: the inbox always, one e-mail, nothing that rings."""

from collections.abc import Set

from parvis.core.registry.entries import Notice, Recipient

ADDRESSED = ("email", "sms")  # channels whose address stands with the person or the recipient


def channels_for(notice: Notice, recipient: Recipient, *, open_channels: Set[str]) -> tuple[str, ...]:
    """Return the channels of a notice for one recipient.

    The inbox needs a person; a bare address gets e-mail. Text messages go only to those whom nothing else reaches.
    """
    channels = [name for name in notice.channels if name == "inbox" and recipient.person_id is not None]
    if "email" in notice.channels and recipient.email:
        channels.append("email")
    if "sms" in notice.channels and recipient.phone and not recipient.email and "sms" in open_channels:
        channels.append("sms")
    return tuple(channels)
