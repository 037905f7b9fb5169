"""Background work on files."""

from parvis.core.tasks.operations import Priority, task

from .models import StoredFile
from .operations import prepare_photo


@task(name="files.prepare", priority=Priority.EVENT, queue="files")
def prepare(*, file: str) -> None:
    """Re-encode one photo."""
    stored = StoredFile.objects.filter(pk=file).first()
    if stored is not None:
        prepare_photo(stored)
