"""Reported problems, their categories, and what is asked about them."""

from .category import Category
from .issue import PHOTO, STATUS_LABELS, Issue
from .questions import LISTS, Question, QuestionKind

__all__ = ["LISTS", "PHOTO", "STATUS_LABELS", "Category", "Issue", "Question", "QuestionKind"]
