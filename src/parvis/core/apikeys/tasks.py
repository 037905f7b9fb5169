"""Background work: keys that run out, and old ones."""

from django.utils import timezone

from parvis.core.tasks.operations import Priority, task

from . import operations


@task(name="apikeys.warn")
def warn() -> None:
    """Tell the owners of keys that run out soon, in one territory."""
    operations.warn_before_expiry(now=timezone.now())


@task(name="apikeys.forget", priority=Priority.BULK)
def forget() -> None:
    """Delete keys that opened nothing for two years, in one territory."""
    operations.forget_keys(now=timezone.now())


@task(name="apikeys.forget_spending", priority=Priority.BULK)
def forget_spending() -> None:
    """Delete counts of minutes that have passed."""
    operations.forget_spending(now=timezone.now())
