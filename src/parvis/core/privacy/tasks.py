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
