"""Write the assessment of a module, then approve it: from then on it stays as it is."""

from datetime import date, datetime

from django.db import transaction

from parvis.core.events.operations import record
from parvis.core.registry.registry import registry
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, NotFound, WrongState, gettext_noop, require

from .. import rules
from ..models import Assessment

WORDS = ("necessity", "risks", "measures", "outside")


@transaction.atomic
def write_assessment(
    *,
    actor: Actor,
    module: str,
    now: datetime,
    necessity: str = "",
    risks: str = "",
    measures: str = "",
    outside: str = "",
    residual: str = "",
    review_on: date | None = None,
) -> Assessment:
    """Keep the draft of a module's next version in the territory in force. Raises NotAllowed, NotFound."""
    require(rules.can_handle(actor))
    if module not in registry():
        raise NotFound()
    draft = Assessment.objects.filter(module=module, approved_at=None).first()
    if draft is None:
        newest = Assessment.objects.filter(module=module).order_by("-version").first()
        draft = Assessment(module=module, version=newest.version + 1 if newest else 1, started_at=now)
    draft.necessity, draft.risks, draft.measures, draft.outside = (
        text.strip() for text in (necessity, risks, measures, outside)
    )
    draft.residual, draft.review_on = residual, review_on
    draft.save()
    return draft


@transaction.atomic
def approve_assessment(*, actor: Actor, assessment: Assessment, now: datetime) -> Assessment:
    """Approve a draft that says everything. Raises NotAllowed, Invalid (something is missing), WrongState."""
    require(rules.can_handle(actor))
    missing = [name for name in (*WORDS, "residual") if not getattr(assessment, name)]
    if missing or assessment.review_on is None:
        raise Invalid(
            gettext_noop("Something is missing: fill every field before you approve."),
            field=missing[0] if missing else "review_on",
        )
    if assessment.review_on <= now.date():
        raise Invalid(gettext_noop("Choose a day to come."), field="review_on")
    waiting = Assessment.objects.filter(pk=assessment.pk, approved_at=None)
    if not waiting.update(approved_at=now, approved_by=actor.person_id):
        raise WrongState()
    assessment.refresh_from_db()
    record(actor, "privacy.assessed", assessment, now=now, module=assessment.module, version=assessment.version)
    return assessment
