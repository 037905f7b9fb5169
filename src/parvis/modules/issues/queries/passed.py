"""Reports that go to other bodies' endpoints."""

from django.db.models import Count, Q, QuerySet

from parvis.modules.issues.models import UNDER_WAY, Destination, Endpoint, Issue, PassedOn, Stage


def endpoints() -> QuerySet[Endpoint]:
    """Return the bodies that we pass reports on to, with how many are on their way (`under_way`) and `troubled`."""
    way = Q(passed_on__stage__in=UNDER_WAY)
    return Endpoint.objects.annotate(
        under_way=Count("passed_on", filter=way), troubled=Count("passed_on", filter=way & ~Q(passed_on__trouble=""))
    )


def destination_of(issue: Issue) -> Destination | None:
    """Return where reports of this kind may go."""
    rows = Destination.objects.select_related("endpoint").filter(category=issue.category_id, endpoint__is_active=True)
    return rows.first()


def passings_of(issue: Issue) -> QuerySet[PassedOn]:
    """Return where a report was passed on to, the latest first."""
    return PassedOn.objects.filter(issue=issue).select_related("endpoint").order_by("-asked_at")


def passed_on_to(issue: Issue) -> str:
    """Return the name of the body that has a report now; empty when none has."""
    rows = PassedOn.objects.filter(issue=issue, stage__in=[Stage.SENT, Stage.TOKEN])
    return rows.values_list("endpoint__name", flat=True).first() or ""


def passing(issue: Issue | None) -> dict[str, object]:
    """Return what the page of a case shows of it."""
    if issue is None:
        return {"passings": [], "destination": None}
    passings = list(passings_of(issue))
    free = issue.is_open and not any(row.ended_at is None for row in passings)
    return {"passings": passings, "destination": destination_of(issue) if free else None}
