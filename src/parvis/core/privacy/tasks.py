"""Background work: make an export, forget old ones."""

import tempfile
from collections.abc import Mapping
from uuid import UUID

from django.utils import timezone

from parvis.core.tasks.operations import in_context, task

from . import operations
from .models import PersonExport


@task(name="privacy.build_export", own_transaction=False)
def build_export(*, context: Mapping[str, str | None], export: str) -> None:
    """Write the archive of an export. Safe to run twice: the file is stored between two transactions."""
    with tempfile.TemporaryFile() as file:
        with in_context(context):
            waiting = PersonExport.objects.filter(pk=export, ready_at=None).first()
            if waiting is None:
                return
            operations.write_export(waiting, file)
        path, size = operations.keep_file(UUID(export), file)
        with in_context(context):
            operations.finish_export(waiting, path=path, size=size, now=timezone.now())


@task(name="privacy.forget_exports")
def forget_exports() -> None:
    """Delete the exports kept for a week."""
    operations.forget_exports(now=timezone.now())


@task(name="privacy.forget_requests")
def forget_requests() -> None:
    """Delete the requests answered five years ago, in one territory."""
    operations.forget_requests(now=timezone.now())


@task(name="privacy.forget_incidents")
def forget_incidents() -> None:
    """Delete the incidents closed and noticed five years ago, in one territory."""
    operations.forget_incidents(now=timezone.now())


@task(name="privacy.keep_line")
def keep_line(*, line: str) -> None:
    """Write a line of the ledger to its file, outside the database."""
    operations.keep_line(line_id=UUID(line))


@task(name="privacy.complete_ledger")
def complete_ledger() -> None:
    """Write to the ledger's file what it lacks: a file that was lost, or lies on a new machine."""
    operations.complete_ledger()
