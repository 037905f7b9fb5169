"""Reported problems and their categories."""

from .category import Category
from .issue import PHOTO, STATUS_LABELS, Issue

__all__ = ["PHOTO", "STATUS_LABELS", "Category", "Issue"]
