"""Staff screens of reports."""

from .assets import asset
from .bodies import ask_services, bodies, body, destination, remove_destination
from .configuring import categories, category, category_preview, question
from .papers import papers
from .portrait import export, hot_spots, kept_promises, seasons, week
from .routing import routing, routing_act, routing_trial, rule
from .steps import receive, step
from .taking import take

__all__ = [
    "ask_services",
    "asset",
    "bodies",
    "body",
    "categories",
    "category",
    "category_preview",
    "destination",
    "export",
    "hot_spots",
    "kept_promises",
    "papers",
    "question",
    "receive",
    "remove_destination",
    "routing",
    "routing_act",
    "routing_trial",
    "rule",
    "seasons",
    "step",
    "take",
    "week",
]
