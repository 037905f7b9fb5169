"""Background work of the outbox: the sender's tasks, a sweep as a net under them, and the end of retention."""

from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from parvis.core.tasks.operations import Priority, defer, task

from .channels.known import open_channels
from .models import Pause
from .operations import forget_old
from .sending import NOBODY, release_forgotten, resting, resume, send

OVERDUE = timedelta(minutes=5)

__all__ = ["forget", "resume", "send", "sweep"]


@task(name="delivery.sweep", priority=Priority.NORMAL, own_transaction=False)
def sweep(*, context: object) -> None:
    """Give messages that have waited too long a task again. With no accident there are none."""
    if backlog():
        return  # they wait because there are many, not because they are forgotten
    before = timezone.now() - OVERDUE
    for channel in sorted(open_channels()):
        if not resting(channel):
            release_forgotten(channel, before=before)
        elif Pause.objects.filter(pk=channel, until__lt=before).exists():
            with transaction.atomic():
                defer(resume, unique=f"delivery.resume:{channel}", context=NOBODY, channel=channel)


def backlog() -> bool:
    """Tell whether tasks of the sender are waiting for a worker."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE status = 'todo' AND task_name = 'delivery.send'"
            " AND (scheduled_at IS NULL OR scheduled_at <= now()))"
        )
        return bool(cursor.fetchone()[0])


@task(name="delivery.forget", priority=Priority.BULK)
def forget() -> None:
    """Delete old messages."""
    forget_old(now=timezone.now())
