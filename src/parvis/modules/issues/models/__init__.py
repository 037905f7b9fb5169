"""Reported problems, their categories, and what is asked about them."""

from .category import Category
from .field import Act, FieldStop, MaterialLine, Moment, Outcome, WorkPhoto, WorkRecord
from .issue import PHOTO, STATUS_LABELS, Issue
from .learned import Learned
from .questions import LISTS, Question, QuestionKind
from .routing import WEEKDAYS, RoutingRule, RuleSet
from .tiles import LEVELS, TileChange, TileCount

__all__ = [
    "LEVELS",
    "LISTS",
    "PHOTO",
    "STATUS_LABELS",
    "WEEKDAYS",
    "Act",
    "Category",
    "FieldStop",
    "Issue",
    "Learned",
    "MaterialLine",
    "Moment",
    "Outcome",
    "Question",
    "QuestionKind",
    "RoutingRule",
    "RuleSet",
    "TileChange",
    "TileCount",
    "WorkPhoto",
    "WorkRecord",
]
