"""Three addresses for machines: alive, ready, and the figures (Prometheus text format)."""

from importlib.metadata import version
from threading import Event

from django.db import Error, ProgrammingError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from parvis.core.delivery import queries as delivery
from parvis.core.tenancy.sync import is_synchronised
from parvis.core.webhooks import queries as webhooks

from .schema import unapplied

QUEUE = """SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status"""
HEARTBEAT = """SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '60 seconds'"""
# The numbers of jobs grow with time, so the first is the oldest; when it was handed over stands in its events.
OLDEST = """
    SELECT coalesce(min(extract(epoch FROM now() - greatest(job.scheduled_at, event.at))), 0)
    FROM procrastinate_jobs job JOIN procrastinate_events event ON event.job_id = job.id
    WHERE job.id = (
        SELECT min(id) FROM procrastinate_jobs
        WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())
    )
"""
REMEDY = "run `parvis migrate`"
_fits = Event()


def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that the process lives; touches nothing else."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers and is that of this release, else 503 with what is missing."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        problems = [] if _fits.is_set() else _misfits()
    except ProgrammingError:
        problems = [f"the database is not prepared: {REMEDY}"]
    except Error as error:
        problems = [f"the database does not answer: {type(error).__name__}"]
    return JsonResponse({"ready": not problems, "problems": problems}, status=503 if problems else 200)


def _misfits() -> list[str]:
    """What this release needs that the database has not. Once nothing, it is not asked again in this process."""
    problems = []
    if missing := unapplied(connection):
        count = "1 migration is" if len(missing) == 1 else f"{len(missing)} migrations are"
        problems.append(f"{count} not applied, the first {missing[0]}: {REMEDY}")
    elif not is_synchronised(connection):
        problems.append(f"the guards of the rows are not those of this release: {REMEDY}")
    else:
        _fits.set()
    return problems


def metrics(request: HttpRequest) -> HttpResponse:
    """Answer the figures an operator watches (docs/operating.md says which to be woken by)."""
    figures = CollectorRegistry()
    Gauge("parvis_info", "The version that answers", ["version"], registry=figures).labels(version("parvis")).set(1)
    jobs = Gauge("parvis_jobs", "Background jobs by state", ["state"], registry=figures)
    workers = Gauge("parvis_workers", "Workers that gave a sign of life within a minute", registry=figures)
    oldest = Gauge("parvis_jobs_oldest_seconds", "How long the oldest job that could run has waited", registry=figures)
    with connection.cursor() as cursor:
        cursor.execute(QUEUE)
        for state, count in cursor.fetchall():
            jobs.labels(state).set(count)
        cursor.execute(HEARTBEAT)
        workers.set(cursor.fetchone()[0])
        cursor.execute(OLDEST)
        oldest.set(float(cursor.fetchone()[0]))
    _messages(figures)
    _webhooks(figures)
    return HttpResponse(generate_latest(figures), content_type=CONTENT_TYPE_LATEST)


def _messages(figures: CollectorRegistry) -> None:
    waiting = Gauge("parvis_messages_waiting", "Messages that have not left", ["channel"], registry=figures)
    silent = Gauge("parvis_channel_silent_seconds", "Since when a provider is silent", ["channel"], registry=figures)
    for channel, count in delivery.waiting().items():
        waiting.labels(channel).set(count)
    for pause in delivery.pauses():
        silent.labels(pause.channel).set((timezone.now() - pause.since).total_seconds())


def _webhooks(figures: CollectorRegistry) -> None:
    """What machines outside have not heard yet; those that staff paused or the house stopped do not count."""
    told = Gauge("parvis_webhook_deliveries", "Webhook messages on their way", ["state"], registry=figures)
    for state, count in webhooks.backlog().items():
        told.labels(state).set(count)
