"""Every read about cases that is more than a filter."""

from .glance import (
    Glance,
    Line,
    case_by_code,
    conversation,
    glance_of,
    history,
    mine,
    person_of,
    savings,
    stops_of,
    tidy_code,
)
from .hand_overs import count_received, frozen_copy, hand_overs_of, received_waiting
from .options import options
from .people import Found, search_people
from .words import search_text
from .work_list import (
    Counts,
    Page,
    WorkFilter,
    count_awaiting,
    count_delegated,
    count_late,
    count_mine,
    count_work,
    delegated_cases,
    delegations_of,
    saved_filters,
    work_list,
)

__all__ = [
    "Counts",
    "Found",
    "Glance",
    "Line",
    "Page",
    "WorkFilter",
    "case_by_code",
    "conversation",
    "count_awaiting",
    "count_delegated",
    "count_late",
    "count_mine",
    "count_received",
    "count_work",
    "delegated_cases",
    "delegations_of",
    "frozen_copy",
    "glance_of",
    "hand_overs_of",
    "history",
    "mine",
    "options",
    "person_of",
    "received_waiting",
    "saved_filters",
    "savings",
    "search_people",
    "search_text",
    "stops_of",
    "tidy_code",
    "work_list",
]
