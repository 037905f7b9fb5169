"""What is asked about each kind of problem, and what was answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format, number_format

from parvis.core.tenancy.memo import remembered
from parvis.modules.issues.models import Category, Issue, Question, QuestionKind
from parvis.modules.issues.models.questions import in_words


def questions_of(category: Category) -> list[Question]:
    """Return what is asked about a kind of problem, in order."""
    rows = Question.objects.filter(category=category, is_active=True).order_by("order", "code")
    return remembered(("issues.questions", category.pk), lambda: list(rows), fact_of=category.territory_id)


def questions_by_category() -> dict[Any, list[Question]]:
    """Return what is asked, by the category's id, in one read."""
    found: dict[Any, list[Question]] = {}
    for question in Question.objects.filter(is_active=True).order_by("order", "code"):
        found.setdefault(question.category_id, []).append(question)
    return found


@dataclass(frozen=True, slots=True)
class Answered:
    """A question and its answer, in the reader's language."""

    code: str
    question: str
    answer: str


def answered(issue: Issue) -> list[Answered]:
    """Return what the reporter answered, in the words of the day it was asked."""
    return answers_in_words(issue.answers)


def answers_in_words(kept: Sequence[Mapping[str, Any]]) -> list[Answered]:
    """Return kept answers in the reader's language."""
    return [Answered(row["code"], in_words(row["label"]), _words(row)) for row in kept]


def _words(row: Mapping[str, Any]) -> str:
    value = row["value"]
    if "shown" in row:
        return in_words(row["shown"])
    if row["kind"] == QuestionKind.NUMBER:
        return number_format(value, use_l10n=True)
    if row["kind"] == QuestionKind.DATETIME:
        return _day(value)
    return str(value)


def _day(value: str) -> str:
    moment: datetime | date | None = parse_datetime(value) if "T" in value else parse_date(value)
    if isinstance(moment, datetime):
        return date_format(moment, "DATETIME_FORMAT")
    return date_format(moment, "DATE_FORMAT") if moment else value
