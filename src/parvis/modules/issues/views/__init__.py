"""Pages for residents and for everyone: report, list, map, one report."""

from .mine import mine
from .public import detail, listing
from .reporting import report, thanks

__all__ = ["detail", "listing", "mine", "report", "thanks"]
