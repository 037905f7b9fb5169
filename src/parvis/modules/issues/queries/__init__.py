"""Every read of reports that is more than a filter."""

from .asking import Answered, answered, answers_in_words, questions_by_category, questions_of
from .figures import category_counts, counts, reporters
from .one import by_code, categories, has_report, of_case, panel, photos_of, public_page_of
from .planned import own_works, works
from .public import SOLVED_SHOWN, TONES, Step, features, filtered, in_window, public_history, public_issues
from .search import document, document_of, documents

__all__ = [
    "SOLVED_SHOWN",
    "TONES",
    "Answered",
    "Step",
    "answered",
    "answers_in_words",
    "by_code",
    "categories",
    "category_counts",
    "counts",
    "document",
    "document_of",
    "documents",
    "features",
    "filtered",
    "has_report",
    "in_window",
    "of_case",
    "own_works",
    "panel",
    "photos_of",
    "public_history",
    "public_issues",
    "public_page_of",
    "questions_by_category",
    "questions_of",
    "reporters",
    "works",
]
