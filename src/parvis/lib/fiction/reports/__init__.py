"""Eighteen months of reported problems, written as people write, with what the staff did about each."""

from .categories import CATEGORIES, SERVICES, Category
from .make import make_reports
from .model import FictionReport, ReportEvent
from .photos import make_photo

__all__ = ["CATEGORIES", "SERVICES", "Category", "FictionReport", "ReportEvent", "make_photo", "make_reports"]
