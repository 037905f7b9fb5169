"""Background work on cases."""

from collections.abc import Mapping
from uuid import UUID

from django.utils import timezone, translation

from parvis.core.identity.actors import actor_of
from parvis.core.identity.models import Person
from parvis.core.tasks.operations import in_context, task

from .models import BulkRun
from .operations import bulk, digest


@task(name="cases.carry_on", own_transaction=False)
def carry_on(*, context: Mapping[str, str | None], run: str) -> None:
    """Carry a long run to its end, one transaction a case: who started it must still hold the roles for each."""
    more = True
    while more:
        with in_context(context):
            found, now = BulkRun.objects.get(pk=run), timezone.now()
            person = Person.objects.get(pk=found.actor_id)
            with translation.override(found.language):
                actor = actor_of(person, found.territory_id, now=now)
                more = bulk.do_next(run_id=UUID(run), actor=actor, now=now)


@task(name="cases.forget_runs")
def forget_runs() -> None:
    """Delete the summaries of a month ago, in one territory."""
    bulk.forget_runs(now=timezone.now())


@task(name="cases.late_digests")
def late_digests() -> None:
    """Tell the staff of one territory what is late."""
    digest.send_late_digests(now=timezone.now())
