"""Background work of reports; the tasks of Open311 stand in their own package, and are found through here."""

from django.utils import timezone

from parvis.core.aggregates.operations import refresh_all
from parvis.core.aggregates.spans import month_of, months_later
from parvis.core.tasks.operations import Priority, task
from parvis.core.tenancy.context import current_territory_id
from parvis.lib.actor import Actor

from . import monthly
from .models import MonthlyPaper
from .open311 import tasks as open311
from .operations import counting, escalation
from .operations.papers import ask_paper, keep_paper
from .queries.kept import today_here
from .suggesting.tasks import learn

__all__ = ["ask_last_month", "count_tiles", "learn", "make_paper", "open311"]


@task(name="issues.make_paper", priority=Priority.BULK)
def make_paper(*, paper: str) -> None:
    """Make the report of a month and keep it; again when it was asked for again."""
    now = timezone.now()
    found = MonthlyPaper.objects.select_related("file").filter(pk=paper).first()
    if found is not None:
        refresh_all(now=now)
        keep_paper(paper=found, body=monthly.pdf(found, now=now), now=now)


@task(name="issues.ask_last_month")
def ask_last_month() -> None:
    """On the first of a month, have the report of the one before made, in French."""
    now = timezone.now()
    month = months_later(month_of(today_here(now)), -1)
    ask_paper(actor=Actor.system(current_territory_id()), month=month, now=now)


@task(name="issues.count_tiles", own_transaction=False)
def count_tiles(*, context: object) -> None:
    """Bring the counts of the public map up to date, in every territory."""
    counting.add_tile_changes()


@task(name="issues.warn_of_promises")
def warn_of_promises() -> None:
    """Tell the staff of one territory which promises are about to break."""
    escalation.warn_of_promises(now=timezone.now())
