"""Staff screens of reports."""

from .configuring import categories, category
from .steps import receive, step
from .taking import take

__all__ = ["categories", "category", "receive", "step", "take"]
