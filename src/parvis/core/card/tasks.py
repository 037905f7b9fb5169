"""Background work: what is kept for some days only."""

from django.utils import timezone

from parvis.core.tasks.operations import task

from . import operations


@task(name="card.forget")
def forget() -> None:
    """Forget marks of entries, revoked codes that have ended, and cards ended two years ago, in one territory."""
    now = timezone.now()
    operations.forget_marks(now=now)
    operations.forget_revoked(now=now)
    operations.forget_old_cards(now=now)
