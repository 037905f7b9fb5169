"""Which channels there are, and the adapter this instance uses for each (setting ``DELIVERY_ADAPTERS``)."""

from django.conf import settings
from django.utils.module_loading import import_string

from .email.channel import EmailChannel
from .letter.channel import LetterChannel
from .protocol import Adapter, Channel, ChannelClosed
from .push.channel import PushChannel
from .sms.channel import SmsChannel

CHANNELS: dict[str, Channel] = {
    channel.name: channel for channel in (EmailChannel(), SmsChannel(), PushChannel(), LetterChannel())
}


def channel(name: str) -> Channel:
    """Return the channel of that name if this instance can send by it. Raises ChannelClosed."""
    if name not in CHANNELS or not settings.DELIVERY_ADAPTERS.get(name):
        raise ChannelClosed()
    return CHANNELS[name]


def open_channels() -> frozenset[str]:
    """Return the names of the channels that this instance can send by."""
    return frozenset(name for name in CHANNELS if settings.DELIVERY_ADAPTERS.get(name))


def adapter(name: str) -> Adapter:
    """Return a new adapter for a channel. Raises ChannelClosed."""
    channel(name)
    made: Adapter = import_string(settings.DELIVERY_ADAPTERS[name])(name)
    return made
