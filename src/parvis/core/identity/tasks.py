"""Background work of identity: the end of what is kept for a year."""

from django.utils import timezone

from parvis.core.tasks.operations import Priority, task

from .operations import forget_sign_ins


@task(name="identity.forget", priority=Priority.BULK)
def forget() -> None:
    """Forget old sign-ins, also of those who never came back."""
    forget_sign_ins(now=timezone.now())
