"""Write the answers kept ready."""

from datetime import datetime

from django.db import IntegrityError, transaction

from parvis.core.cases import blanks, rules
from parvis.core.cases.models import CannedAnswer
from parvis.core.cases.queries.canned import blanks_of
from parvis.core.events.operations import record
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, gettext_noop, require


@transaction.atomic
def save_canned_answer(*, actor: Actor, answer: CannedAnswer, now: datetime) -> CannedAnswer:
    """Add or change an answer kept ready. Raises NotAllowed, Invalid (``name``, or the text with a
    blank that nobody fills).
    """
    require(rules.can_configure(actor))
    known = blanks_of(answer.kind)
    for field in ("text_fr", "text_en", "text_es"):
        strange = blanks.unknown_in(getattr(answer, field), known)
        if strange:
            message = gettext_noop("Nothing fills «%(what)s». Use one of the words listed beside the texts.")
            raise Invalid(message, field=field, what=", ".join(strange))
    try:
        with transaction.atomic():
            answer.save()
    except IntegrityError:
        raise Invalid(gettext_noop("Another answer has this name."), field="name") from None
    record(actor, "cases.canned_saved", answer, now=now)
    return answer


@transaction.atomic
def delete_canned_answer(*, actor: Actor, answer: CannedAnswer, now: datetime) -> None:
    """Take an answer away; what was sent stays. Raises NotAllowed."""
    require(rules.can_configure(actor))
    record(actor, "cases.canned_deleted", answer, now=now)
    answer.delete()
