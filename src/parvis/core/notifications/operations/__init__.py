"""Every write of this package: telling people, what they choose, digests, their devices."""

from .choosing import (
    add_place,
    choose_each,
    choose_preset,
    choose_quiet,
    lift_marks,
    remove_place,
    undo_unsubscribe,
    unsubscribe,
)
from .devices import add_device, forget_device, remove_device
from .digests import send_digests
from .reaching import tell_of_marks
from .telling import fan_out, forget_old, keep_past, mark_read, send_notice, tell

__all__ = [
    "add_device",
    "add_place",
    "choose_each",
    "choose_preset",
    "choose_quiet",
    "fan_out",
    "forget_device",
    "forget_old",
    "keep_past",
    "lift_marks",
    "mark_read",
    "remove_device",
    "remove_place",
    "send_digests",
    "send_notice",
    "tell",
    "tell_of_marks",
    "undo_unsubscribe",
    "unsubscribe",
]
