"""Every read of reports that is more than a filter."""

from .asking import Answered, answered, answers_in_words, questions_by_category, questions_of
from .duplicates import likely_duplicates
from .exported import FIELDS, extent, records
from .figures import category_counts, counts, reporters
from .mailed import photos_mailed, words_mailed
from .map_view import SOLVED_SHOWN, TONES, features, geojson, in_window, view
from .one import (
    blanks_of,
    by_code,
    categories,
    follows,
    has_report,
    kind_called,
    of_case,
    offered,
    panel,
    photos_of,
    planned_words,
    public_page_of,
    shown,
    topic_of,
    topics,
)
from .passed import destination_of, endpoints, passed_on_to, passing, passings_of
from .planned import own_works, works
from .public import MOST_FOUND, STATES, Cursor, Filter, Slice, after, newest, next_month, public_issues
from .routing import Route, Trial, route, route_of, rule_sets, rules_in_force, try_rules
from .search import document, document_of, documents
from .similar import Similar, similar_to
from .story import Next, Step, coming, public_history
from .tiles import count, months, total

__all__ = [
    "FIELDS",
    "MOST_FOUND",
    "SOLVED_SHOWN",
    "STATES",
    "TONES",
    "Answered",
    "Cursor",
    "Filter",
    "Next",
    "Route",
    "Similar",
    "Slice",
    "Step",
    "Trial",
    "after",
    "answered",
    "answers_in_words",
    "blanks_of",
    "by_code",
    "categories",
    "category_counts",
    "coming",
    "count",
    "counts",
    "destination_of",
    "document",
    "document_of",
    "documents",
    "endpoints",
    "extent",
    "features",
    "follows",
    "geojson",
    "has_report",
    "in_window",
    "kind_called",
    "likely_duplicates",
    "months",
    "newest",
    "next_month",
    "of_case",
    "offered",
    "own_works",
    "panel",
    "passed_on_to",
    "passing",
    "passings_of",
    "photos_mailed",
    "photos_of",
    "planned_words",
    "public_history",
    "public_issues",
    "public_page_of",
    "questions_by_category",
    "questions_of",
    "records",
    "reporters",
    "route",
    "route_of",
    "rule_sets",
    "rules_in_force",
    "shown",
    "similar_to",
    "topic_of",
    "topics",
    "total",
    "try_rules",
    "view",
    "words_mailed",
    "works",
]
