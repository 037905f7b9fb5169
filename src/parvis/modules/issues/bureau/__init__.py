"""Staff screens of reports."""

from .assets import asset
from .bodies import ask_services, bodies, body, destination, remove_destination
from .configuring import categories, category, category_preview, question
from .figures_file import export
from .papers import papers
from .photos import blur, original
from .portrait import hot_spots, kept_promises, seasons, week
from .recurring import recurring, recurring_act, recurring_preview, recurring_work
from .routing import routing, routing_act, routing_trial, rule
from .steps import receive, step
from .taking import take, take_help

__all__ = [
    "ask_services",
    "asset",
    "blur",
    "bodies",
    "body",
    "categories",
    "category",
    "category_preview",
    "destination",
    "export",
    "hot_spots",
    "kept_promises",
    "original",
    "papers",
    "question",
    "receive",
    "recurring",
    "recurring_act",
    "recurring_preview",
    "recurring_work",
    "remove_destination",
    "routing",
    "routing_act",
    "routing_trial",
    "rule",
    "seasons",
    "step",
    "take",
    "take_help",
    "week",
]
