"""Staff screens of reports."""

from .configuring import categories, category, category_preview, question
from .papers import papers
from .portrait import export, hot_spots, kept_promises, seasons, week
from .routing import routing, routing_act, routing_trial, rule
from .steps import receive, step
from .taking import take

__all__ = [
    "categories",
    "category",
    "category_preview",
    "export",
    "hot_spots",
    "kept_promises",
    "papers",
    "question",
    "receive",
    "routing",
    "routing_act",
    "routing_trial",
    "rule",
    "seasons",
    "step",
    "take",
    "week",
]
