"""Reported problems, their categories, and what is asked about them."""

from .category import Category
from .field import Act, FieldStop, MaterialLine, Moment, Outcome, WorkPhoto, WorkRecord
from .issue import PHOTO, STATUS_LABELS, Issue
from .kept import DayCount, MonthCount, OpenCount, SpotCount
from .learned import Learned
from .monthly import PAPER, MonthlyPaper
from .questions import LISTS, Question, QuestionKind
from .routing import WEEKDAYS, RoutingRule, RuleSet
from .tiles import LEVELS, TileChange, TileCount

__all__ = [
    "LEVELS",
    "LISTS",
    "PAPER",
    "PHOTO",
    "STATUS_LABELS",
    "WEEKDAYS",
    "Act",
    "Category",
    "DayCount",
    "FieldStop",
    "Issue",
    "Learned",
    "MaterialLine",
    "Moment",
    "MonthCount",
    "MonthlyPaper",
    "OpenCount",
    "Outcome",
    "Question",
    "QuestionKind",
    "RoutingRule",
    "RuleSet",
    "SpotCount",
    "TileChange",
    "TileCount",
    "WorkPhoto",
    "WorkRecord",
]
