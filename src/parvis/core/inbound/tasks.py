"""Background work on mail that came in."""

from django.utils import timezone

from parvis.core.tasks.operations import task

from .operations import forget_senders


@task(name="inbound.forget")
def forget() -> None:
    """Wipe what is no longer needed, in one territory."""
    forget_senders(now=timezone.now())
