"""The tables of a case: itself, its history, its conversation, its ties, and the staff's saved filters."""

from .bulk import BulkRun
from .canned import CannedAnswer
from .case import Case, CaseEvent, CaseQuerySet, ClockReason, ClockStop, Satisfaction
from .conversation import Message, MessageFile, Note
from .filters import SavedFilter
from .ties import CaseLink, Follower, HandOver, LinkKind, PartnerMessage, Side

__all__ = [
    "BulkRun",
    "CannedAnswer",
    "Case",
    "CaseEvent",
    "CaseLink",
    "CaseQuerySet",
    "ClockReason",
    "ClockStop",
    "Follower",
    "HandOver",
    "LinkKind",
    "Message",
    "MessageFile",
    "Note",
    "PartnerMessage",
    "Satisfaction",
    "SavedFilter",
    "Side",
]
