"""What a reporter answers to the questions of a category: checked, then kept with the words they were asked in.

An answer is kept as ``{"code", "kind", "label": {"fr", "en", "es"}, "value", "shown"}``: `value` is a text, a number, a
key, a list of keys or a moment (ISO 8601); `shown` gives the chosen answers by language, for a list only.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import isfinite
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from parvis.core.tenancy.here import zone_here
from parvis.lib.errors import Invalid, gettext_noop
from parvis.modules.issues import queries
from parvis.modules.issues.models import Category, Question, QuestionKind
from parvis.modules.issues.models.questions import LANGUAGES

MOST_STRING, MOST_TEXT = 200, 2000
PREFIX = "question_"  # of the field that a refusal names, and of the form's own


def answers_to(category: Category, given: Mapping[str, Any], *, complete: bool = True) -> list[dict[str, Any]]:
    """Check answers by question code and return them as a report keeps them; what nobody asked is left out.

    `complete`: required questions must be answered (a call at the counter may leave them for later). Raises Invalid
    (field ``question_<code>``).
    """
    kept = []
    for question in queries.questions_of(category):
        value = _cleaned(question, given.get(question.code))
        if value in (None, "", []):
            if question.is_required and complete:
                raise _refused(question, gettext_noop("Answer this question: the crew needs it."))
            continue
        kept.append(_kept(question, value))
    return kept


def _kept(question: Question, value: Any) -> dict[str, Any]:
    row = {"code": question.code, "kind": question.kind, "label": question.labels, "value": value}
    if question.choices:
        keys = value if isinstance(value, list) else [value]
        chosen = [choice for choice in question.choices if choice["key"] in keys]
        row["shown"] = {code: ", ".join(c.get(code) or c["fr"] for c in chosen) for code in LANGUAGES}
    return row


def _cleaned(question: Question, value: Any) -> Any:
    values = value if isinstance(value, list | tuple) else [value]
    texts = [str(one).replace("\x00", "").strip() for one in values if one is not None]
    texts = [text for text in texts if text]
    if not texts:
        return None
    if question.kind == QuestionKind.MANY:
        return _chosen(question, texts)
    if len(texts) > 1:
        raise _refused(question, gettext_noop("Give one answer only."))
    match question.kind:
        case QuestionKind.ONE:
            return _chosen(question, texts)[0]
        case QuestionKind.NUMBER:
            return _number(question, texts[0])
        case QuestionKind.DATETIME:
            return _moment(question, value if isinstance(value, datetime) else texts[0])
    most = MOST_TEXT if question.kind == QuestionKind.TEXT else MOST_STRING
    if len(texts[0]) > most:
        raise _refused(question, gettext_noop("Shorten this answer: %(most)s letters are the most."), most=most)
    return texts[0]


def _chosen(question: Question, keys: Sequence[str]) -> list[str]:
    known = [str(choice["key"]) for choice in question.choices]
    if not set(keys) <= set(known):
        raise _refused(question, gettext_noop("Choose among the answers offered."))
    return [key for key in known if key in keys]


def _number(question: Question, text: str) -> float | int:
    try:
        number = float(text.replace("\u00a0", "").replace(" ", "").replace(",", "."))
    except ValueError:
        number = float("nan")
    if not isfinite(number) or abs(number) > 1e12:
        raise _refused(question, gettext_noop("Write a number."))
    return int(number) if number.is_integer() else number


def _moment(question: Question, value: datetime | str) -> str:
    try:
        moment = value if isinstance(value, datetime) else parse_datetime(value)
        if moment is None and isinstance(value, str) and (day := parse_date(value)):
            return day.isoformat()
    except ValueError:
        moment = None
    if moment is None:
        raise _refused(question, gettext_noop("Write a day, and an hour if you know it: 2026-03-10 14:30."))
    zone = zone_here(question.territory_id)  # what a resident writes is their own clock
    return (moment.astimezone(zone) if timezone.is_aware(moment) else moment.replace(tzinfo=zone)).isoformat()


def _refused(question: Question, message: str, **params: Any) -> Invalid:
    return Invalid(message, field=f"{PREFIX}{question.code}", **params)
