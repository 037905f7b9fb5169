"""Background work: what time does to residencies."""

from django.utils import timezone

from parvis.core.tasks.operations import task

from . import operations


@task(name="residency.remind")
def remind() -> None:
    """Tell those whose proof ends soon, in one territory."""
    operations.remind_before_end(now=timezone.now())


@task(name="residency.lapse")
def lapse() -> None:
    """End the proofs that nobody renewed, in one territory."""
    operations.lapse_old(now=timezone.now())


@task(name="residency.forget")
def forget() -> None:
    """Forget the wrong guesses of a month ago, in one territory."""
    operations.forget_tries(now=timezone.now())
