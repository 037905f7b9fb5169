"""Staff screens of reports."""

from .configuring import categories, category, category_preview, question
from .routing import routing, routing_act, routing_trial, rule
from .steps import receive, step
from .taking import take

__all__ = [
    "categories",
    "category",
    "category_preview",
    "question",
    "receive",
    "routing",
    "routing_act",
    "routing_trial",
    "rule",
    "step",
    "take",
]
