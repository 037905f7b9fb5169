"""The folded words by which a case is found."""

from parvis.core.cases.models import Case
from parvis.lib.plain import key


def search_text(case: Case) -> str:
    """Return the words of a case as they are searched: code, subject, place, and the contact left with it."""
    digits = "".join(letter for letter in case.contact_phone if letter.isdigit())
    code = case.code.replace("-", "")
    return key(f"{code} {case.subject} {case.place} {case.contact_name} {case.contact_email} {digits}")[:600]
