"""Reported problems, their categories, and what is asked about them."""

from .category import Category
from .issue import PHOTO, STATUS_LABELS, Issue
from .questions import LISTS, Question, QuestionKind
from .routing import WEEKDAYS, RoutingRule, RuleSet
from .tiles import LEVELS, TileChange, TileCount

__all__ = [
    "LEVELS",
    "LISTS",
    "PHOTO",
    "STATUS_LABELS",
    "WEEKDAYS",
    "Category",
    "Issue",
    "Question",
    "QuestionKind",
    "RoutingRule",
    "RuleSet",
    "TileChange",
    "TileCount",
]
