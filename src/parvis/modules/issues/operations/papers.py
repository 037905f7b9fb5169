"""The report of a month for the council: asked for, made in the background, kept as a file."""

from datetime import date, datetime

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from parvis.core.aggregates.spans import month_of, months_later
from parvis.core.events.operations import record
from parvis.core.files.operations import delete_file, store_upload
from parvis.core.tasks.operations import defer
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, gettext_noop, require
from parvis.modules.issues import rules
from parvis.modules.issues.models import PAPER, MonthlyPaper
from parvis.modules.issues.queries.kept import today_here

LANGUAGES = ("fr", "en", "es")
OLDEST = 60  # months


@transaction.atomic
def ask_paper(*, actor: Actor, month: date, now: datetime, language: str = "fr") -> MonthlyPaper:
    """Have the report of a month made, or made again. Raises NotAllowed, Invalid (``month``, ``language``)."""
    from parvis.modules.issues.tasks import make_paper

    require(rules.can_see_all_figures(actor))
    month, running = month_of(month), month_of(today_here(now))
    if not months_later(running, -OLDEST) <= month < running:
        raise Invalid(gettext_noop("Choose a month that is over, of the last five years."), field="month")
    if language not in LANGUAGES:
        raise Invalid(gettext_noop("Choose one of the languages."), field="language")
    paper, _ = MonthlyPaper.objects.update_or_create(
        territory_id=actor.territory_id, month=month, language=language, defaults={"asked_at": now}
    )
    defer(make_paper, unique=f"issues.paper:{paper.pk}", paper=str(paper.pk))
    return paper


@transaction.atomic
def keep_paper(*, paper: MonthlyPaper, body: bytes, now: datetime) -> MonthlyPaper:
    """Keep the PDF of a month's report; one that was made before goes."""
    actor, before = Actor.system(paper.territory_id), paper.file
    upload = SimpleUploadedFile(f"signalements-{paper.month:%Y-%m}-{paper.language}.pdf", body, "application/pdf")
    stored = store_upload(
        actor=actor, upload=upload, purpose=PAPER, now=now, subject_id=paper.pk, images_only=False, field="file"
    )
    paper.file, paper.made_at = stored, now
    paper.save(update_fields=["file", "made_at"])
    if before is not None:
        delete_file(before)
    record(actor, "issues.paper_made", paper, now=now)
    return paper
