"""The native API of reports: the same operations as the pages."""

from typing import Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import File, Form, Path, Query, Router, UploadedFile
from ninja.constants import NOT_SET

from parvis.core.cases.operations import Contact
from parvis.core.tenancy.addresses import territory_path
from parvis.lib.actor import Channel
from parvis.lib.errors import Invalid, NotFound, gettext_noop, require

from . import operations, queries, rules
from .models import Category, Issue
from .schemas import AnswerIn, CategoryOut, IssueOut, Page, PlanIn, ReleaseIn, ReportIn

router = Router(auth=NOT_SET)
PER_PAGE = 50


def _public(request: HttpRequest, issue: Issue) -> IssueOut:
    private = rules.can_see_private(request.actor, issue)
    photos = [
        request.build_absolute_uri(territory_path(request.territory, "fr", f"/fichiers/{photo.pk}/full"))
        for photo in queries.photos_of(issue, public_only=not private)
    ]
    url = request.build_absolute_uri(territory_path(request.territory, "fr", f"/signalements/{issue.code}"))
    return IssueOut.of(issue, private=private, photos=photos, url=url)


def _visible(request: HttpRequest, code: str) -> Issue:
    issue = queries.by_code(code)
    if issue.is_hidden and not rules.can_see_private(request.actor, issue):
        raise NotFound
    return issue


@router.get("/categories", response=list[CategoryOut], summary="The kinds of problems")
def categories(request: HttpRequest, territory: Path[str]) -> list[CategoryOut]:
    """List the kinds of problems that can be reported here."""
    asked = queries.questions_by_category()
    return [CategoryOut.of(category, asked.get(category.pk, [])) for category in queries.categories()]


@router.get("/", response=Page, summary="The public reports, newest first")
def listing(
    request: HttpRequest,
    territory: Path[str],
    status: Literal["", "open", "ended", "reported", "accepted", "planned", "resolved", "declined"] = "",
    category: str = Query("", max_length=50),
    page: int = Query(1, ge=1, le=10_000),
) -> Page:
    """List the public reports, fifty a page."""
    kind = Category.objects.filter(slug=category).first() if category else None
    if category and kind is None:
        return Page(items=[], next=None)
    rows = queries.Filter(category=kind, state=status).rows()
    start = (page - 1) * PER_PAGE
    found = list(rows[start : start + PER_PAGE + 1])
    more = request.GET.copy()
    more["page"] = str(page + 1)
    following = request.build_absolute_uri(f"{request.path}?{more.urlencode()}") if len(found) > PER_PAGE else None
    return Page(items=[_public(request, issue) for issue in found[:PER_PAGE]], next=following)


@router.get("/mine", response=list[IssueOut], summary="My own reports")
def mine(request: HttpRequest, territory: Path[str]) -> list[IssueOut]:
    """List the newest fifty reports of the person of the session here."""
    require(request.actor.person_id is not None)
    rows = Issue.objects.filter(person_id=request.actor.person_id).select_related("category").order_by("-reported_at")
    return [_public(request, issue) for issue in rows[:PER_PAGE]]


def _take(request: HttpRequest, said: ReportIn, photos: list[UploadedFile]) -> tuple[int, IssueOut]:
    category = Category.objects.filter(slug=said.category).first()
    if category is None:
        raise Invalid(gettext_noop("There is no such kind of problem here."), field="category")
    channel = Channel.WEB if request.actor.person_id else Channel.PARTNER
    issue = operations.report_issue(
        actor=request.actor if request.actor.person_id else request.actor.on_behalf_of(None, channel),
        category=category,
        lat=said.lat,
        lon=said.lon,
        description=said.description,
        address=said.address,
        answers=said.answers,
        photos=photos,
        contact=Contact(said.name, said.email, said.phone, request.LANGUAGE_CODE),
        idempotency_key=said.idempotency_key,
        now=timezone.now(),
    )
    return 201, _public(request, issue)


@router.post("/", response={201: IssueOut}, summary="Report a problem")
def report(request: HttpRequest, territory: Path[str], said: ReportIn) -> tuple[int, IssueOut]:
    """Report a problem, as the person of the session or as a visitor."""
    return _take(request, said, [])


@router.post("/with-photos", response={201: IssueOut}, summary="Report a problem, with photos")
def report_with_photos(
    request: HttpRequest, territory: Path[str], said: Form[ReportIn], photos: File[list[UploadedFile]]
) -> tuple[int, IssueOut]:
    """Report a problem as a form with its photos, at most five; they are public once released."""
    return _take(request, said, photos)


@router.get("/{code}", response=IssueOut, summary="One report")
def detail(request: HttpRequest, territory: Path[str], code: str) -> IssueOut:
    """Show one report."""
    return _public(request, _visible(request, code))


@router.post("/{code}/photos", response={202: IssueOut}, summary="Add a photo to one's own report")
def add_photo(request: HttpRequest, territory: Path[str], code: str, photo: File[UploadedFile]) -> tuple[int, IssueOut]:
    """Add a photo; it is prepared in the background and public once released."""
    issue = _visible(request, code)
    if not rules.can_see_private(request.actor, issue):
        raise NotFound
    operations.add_photo(actor=request.actor, issue=issue, photo=photo, now=timezone.now())
    return 202, _public(request, issue)


@router.post("/{code}/accept", response=IssueOut, summary="Take in charge (staff)")
def accept(request: HttpRequest, territory: Path[str], code: str) -> IssueOut:
    """Take a report in charge."""
    issue = _visible(request, code)
    return _public(request, operations.accept_issue(actor=request.actor, issue=issue, now=timezone.now()))


@router.post("/{code}/plan", response=IssueOut, summary="Say that the work is planned (staff)")
def plan(request: HttpRequest, territory: Path[str], code: str, said: PlanIn | None = None) -> IssueOut:
    """Plan the work, and say when if it is known; later, say another day."""
    issue, dates = _visible(request, code), (said or PlanIn()).dict()
    return _public(request, operations.plan_issue(actor=request.actor, issue=issue, now=timezone.now(), **dates))


@router.post("/{code}/reopen", response=IssueOut, summary="Take up again (staff, or the reporter within the delay)")
def reopen(request: HttpRequest, territory: Path[str], code: str, said: AnswerIn) -> IssueOut:
    """Take up a closed report again, saying why."""
    issue = _visible(request, code)
    return _public(
        request, operations.reopen_issue(actor=request.actor, issue=issue, reason=said.answer, now=timezone.now())
    )


@router.post("/{code}/release", response=IssueOut, summary="Show words and photos to everyone, or hide (staff)")
def release(request: HttpRequest, territory: Path[str], code: str, said: ReleaseIn) -> IssueOut:
    """Release what staff have read, or take it back."""
    issue = _visible(request, code)
    return _public(request, operations.release(actor=request.actor, issue=issue, now=timezone.now(), **said.dict()))


@router.post("/{code}/resolve", response=IssueOut, summary="Solve with an answer (staff)")
def resolve(request: HttpRequest, territory: Path[str], code: str, said: AnswerIn) -> IssueOut:
    """Close a report with an answer."""
    issue = _visible(request, code)
    return _public(
        request, operations.resolve_issue(actor=request.actor, issue=issue, answer=said.answer, now=timezone.now())
    )


@router.post("/{code}/decline", response=IssueOut, summary="Close without work, saying why (staff)")
def decline(request: HttpRequest, territory: Path[str], code: str, said: AnswerIn) -> IssueOut:
    """Close a report without work."""
    issue = _visible(request, code)
    return _public(
        request, operations.decline_issue(actor=request.actor, issue=issue, answer=said.answer, now=timezone.now())
    )
