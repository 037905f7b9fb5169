"""Reported problems, their categories, and what is asked about them."""

from .category import Category
from .field import Act, FieldStop, MaterialLine, Moment, Outcome, WorkPhoto, WorkRecord
from .issue import PHOTO, STATUS_LABELS, Issue
from .kept import DayCount, MonthCount, OpenCount, SpotCount
from .learned import Learned
from .monthly import PAPER, MonthlyPaper
from .open311 import UNDER_WAY, Destination, Endpoint, EndpointKey, MediaState, PassedOn, Stage, Submission
from .questions import LISTS, Question, QuestionKind
from .recurring import NTH, RecurringWork, Unit
from .routing import WEEKDAYS, RoutingRule, RuleSet
from .tiles import LEVELS, TileChange, TileCount, TileTotal

__all__ = [
    "LEVELS",
    "LISTS",
    "NTH",
    "PAPER",
    "PHOTO",
    "STATUS_LABELS",
    "UNDER_WAY",
    "WEEKDAYS",
    "Act",
    "Category",
    "DayCount",
    "Destination",
    "Endpoint",
    "EndpointKey",
    "FieldStop",
    "Issue",
    "Learned",
    "MaterialLine",
    "MediaState",
    "Moment",
    "MonthCount",
    "MonthlyPaper",
    "OpenCount",
    "Outcome",
    "PassedOn",
    "Question",
    "QuestionKind",
    "RecurringWork",
    "RoutingRule",
    "RuleSet",
    "SpotCount",
    "Stage",
    "Submission",
    "TileChange",
    "TileCount",
    "TileTotal",
    "Unit",
    "WorkPhoto",
    "WorkRecord",
]
