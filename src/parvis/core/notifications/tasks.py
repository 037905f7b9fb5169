"""Background work of the inbox."""

from django.utils import timezone

from parvis.core.tasks.operations import Priority, task

from .operations import fan_out, forget_old

__all__ = ["fan_out", "forget"]


@task(name="notifications.forget", priority=Priority.BULK)
def forget() -> None:
    """Delete messages whose time is over, in one territory."""
    forget_old(now=timezone.now())
