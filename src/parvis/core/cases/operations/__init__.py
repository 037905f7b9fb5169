"""Every write about cases. All are keyword-only, run in one transaction, check their rule and record an event."""

from .assigning import assign_case
from .clock import promise_delay, resume_clock, stop_clock
from .conversation import add_note, send_message
from .filters import delete_filter, save_filter
from .hand_over import (
    accept_hand_over,
    finish_hand_over,
    hand_over_case,
    hear_from_receiver,
    receive_hand_over,
    refuse_hand_over,
    return_hand_over,
)
from .opening import Contact, attach_person, move_case, open_case, rename_case
from .progress import close_case, rate_case, reopen_case, start_case
from .ties import follow_case, link_cases, merge_cases, unfollow_case, unlink_cases

__all__ = [
    "Contact",
    "accept_hand_over",
    "add_note",
    "assign_case",
    "attach_person",
    "close_case",
    "delete_filter",
    "finish_hand_over",
    "follow_case",
    "hand_over_case",
    "hear_from_receiver",
    "link_cases",
    "merge_cases",
    "move_case",
    "open_case",
    "promise_delay",
    "rate_case",
    "receive_hand_over",
    "refuse_hand_over",
    "rename_case",
    "reopen_case",
    "resume_clock",
    "return_hand_over",
    "save_filter",
    "send_message",
    "start_case",
    "stop_clock",
    "unfollow_case",
    "unlink_cases",
]
