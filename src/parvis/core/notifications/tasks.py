"""Background work of the inbox."""

from django.utils import timezone

from parvis.core.tasks.operations import Priority, defer, task

from .operations import fan_out, forget_old, send_digests, tell_of_marks

__all__ = ["digests", "fan_out", "forget", "tell_dead_addresses"]


@task(name="notifications.forget", priority=Priority.BULK)
def forget() -> None:
    """Delete messages whose time is over, in one territory."""
    forget_old(now=timezone.now())


@task(name="notifications.digests", priority=Priority.BULK)
def digests() -> None:
    """Write the digests that are due in one territory, some people at a time."""
    if send_digests(now=timezone.now()):
        defer(digests)


@task(name="notifications.tell_dead_addresses", priority=Priority.NORMAL)
def tell_dead_addresses() -> None:
    """Tell people by another way that an address of theirs does not work."""
    tell_of_marks(now=timezone.now())
