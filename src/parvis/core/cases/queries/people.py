"""Find somebody while they are on the telephone: by name, number, e-mail, address, or the code of a case."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from parvis.core.cases.models import Case
from parvis.core.identity.models import Person
from parvis.lib.plain import words

from .glance import tidy_code
from .work_list import WorkFilter, find_ids


@dataclass(frozen=True, slots=True)
class Found:
    """People the territory knows, and cases found by their code or by the contact left with them."""

    people: Sequence[Person] = ()
    cases: Sequence[Case] = ()


def _asked(text: str) -> list[str]:
    """Return the words to look for; a telephone number, however it is typed, becomes one word."""
    digits = "".join(letter for letter in text if letter.isdigit())
    letters = sum(letter.isalpha() for letter in text)
    if len(digits) >= 7 and letters == 0:
        return [digits[-10:]]
    return words(text)[:8]


def search_people(text: str, *, most: int = 12) -> Found:
    """Return who and what matches in the territory in force; two letters at least. Typos are forgiven.

    The search runs in functions of the database that see one territory only and return ids; the rows are read again
    under the policy.
    """
    asked = _asked(text)
    if sum(len(word) for word in asked) < 2:
        return Found()
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM parvis.search_people(%s, %s)", [asked, most])
        ids = [row[0] for row in cursor.fetchall()]
    known = Person.objects.in_bulk(ids)
    people = [known[pk] for pk in ids if pk in known]
    code = tidy_code(text)
    if code:
        cases = list(Case.objects.filter(code=code).select_related("person"))
    else:
        found = find_ids(WorkFilter(state="all", text=" ".join(asked)), most=most)
        cases = list(Case.objects.filter(pk__in=found).select_related("person").order_by("-opened_at"))
    return Found(people, cases)
