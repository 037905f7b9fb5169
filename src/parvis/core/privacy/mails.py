"""The answer to a request for erasure, sent to the address the town is about to forget."""

from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from parvis.core.delivery.operations import enqueue_mail
from parvis.core.identity.models import Person


def tell_erased(person: Person | None, *, kept: Sequence[str]) -> None:
    """Say that a file was erased, and what had to be kept."""
    if person is None or not person.email:
        return
    with translation.override(person.language):
        text = _("Hello,\n\nAs you asked, we erased what we held about you.")
        if kept:
            text += "\n\n" + _("What had to be kept, and why:") + "\n\n" + "\n".join(f"– {reason}" for reason in kept)
        enqueue_mail(person.email, subject=_("Your file is erased"), text=text, language=person.language, secret=True)


def tell_refused(person: Person | None, *, reason: str) -> None:
    """Say why a file is not erased."""
    if person is None or not person.email:
        return
    with translation.override(person.language):
        text = _("Hello,\n\nYou asked us to erase your file. We cannot, for this reason:\n\n%(reason)s") % {
            "reason": reason
        }
        subject = _("Your request about your file")
        enqueue_mail(person.email, subject=subject, text=text, language=person.language, secret=True)


def tell_answered(person: Person | None, *, answer: str) -> None:
    """Say what was answered to a request about personal data."""
    if person is None or not person.email:
        return
    with translation.override(person.language):
        text = _("Hello,\n\nThis is our answer to your request about your data:\n\n%(answer)s") % {"answer": answer}
        subject = _("Your request about your data")
        enqueue_mail(person.email, subject=subject, text=text, language=person.language, secret=True)
