"""Three addresses for machines: alive, ready, and the figures (Prometheus text format)."""

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

QUEUE = """SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status"""
HEARTBEAT = """SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '60 seconds'"""


def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that the process lives; touches nothing else."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers and is migrated, else 503 with what is missing."""
    problems = []
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM parvis.applied")
            if cursor.fetchone()[0] == 0:
                problems.append("the database is not synchronised: run `parvis migrate`")
    except Error as error:
        problems.append(f"the database does not answer: {type(error).__name__}")
    return JsonResponse({"ready": not problems, "problems": problems}, status=503 if problems else 200)


def metrics(request: HttpRequest) -> HttpResponse:
    """Answer the figures an operator watches: jobs by state, live workers."""
    figures = CollectorRegistry()
    jobs = Gauge("parvis_jobs", "Background jobs by state", ["state"], registry=figures)
    workers = Gauge("parvis_workers", "Workers that gave a sign of life within a minute", registry=figures)
    with connection.cursor() as cursor:
        cursor.execute(QUEUE)
        for state, count in cursor.fetchall():
            jobs.labels(state).set(count)
        cursor.execute(HEARTBEAT)
        workers.set(cursor.fetchone()[0])
    return HttpResponse(generate_latest(figures), content_type=CONTENT_TYPE_LATEST)
