"""Every write about cases. All are keyword-only, run in one transaction, check their rule and record an event."""

from .assigning import assign_case
from .canned import delete_canned_answer, save_canned_answer
from .clock import promise_delay, resume_clock, stop_clock
from .conversation import add_note, send_message
from .filters import delete_filter, save_filter
from .forgetting import forget_answer, forget_cases, forget_received
from .hand_over import (
    accept_hand_over,
    finish_hand_over,
    hand_over_case,
    receive_hand_over,
    refuse_hand_over,
    return_hand_over,
    take_back_received,
    withdraw_hand_over,
)
from .merging import merge_cases, unmerge_case
from .opening import About, Contact, free_codes, move_case, open_case, rename_case, settle_case
from .partners import answer_as_partner, finish_as_partner, pack_for_partner, replace_partner_link, write_to_partner
from .progress import close_case, rate_case, reopen_case, start_case
from .replacing import replace_link, told_by
from .reporting_back import hear_from_receiver
from .ties import follow_case, link_cases, stop_following, unfollow_case, unlink_cases
from .whose import CAN_UNDO, attach_person, detach_person

__all__ = [
    "CAN_UNDO",
    "About",
    "Contact",
    "accept_hand_over",
    "add_note",
    "answer_as_partner",
    "assign_case",
    "attach_person",
    "close_case",
    "delete_canned_answer",
    "delete_filter",
    "detach_person",
    "finish_as_partner",
    "finish_hand_over",
    "follow_case",
    "forget_answer",
    "forget_cases",
    "forget_received",
    "free_codes",
    "hand_over_case",
    "hear_from_receiver",
    "link_cases",
    "merge_cases",
    "move_case",
    "open_case",
    "pack_for_partner",
    "promise_delay",
    "rate_case",
    "receive_hand_over",
    "refuse_hand_over",
    "rename_case",
    "reopen_case",
    "replace_link",
    "replace_partner_link",
    "resume_clock",
    "return_hand_over",
    "save_canned_answer",
    "save_filter",
    "send_message",
    "settle_case",
    "start_case",
    "stop_clock",
    "stop_following",
    "take_back_received",
    "told_by",
    "unfollow_case",
    "unlink_cases",
    "unmerge_case",
    "withdraw_hand_over",
    "write_to_partner",
]
