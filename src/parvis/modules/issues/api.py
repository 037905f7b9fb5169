"""The native API of reports: the same operations as the pages."""

from typing import Annotated
from uuid import UUID

from allauth.core import ratelimit
from django.db.models import prefetch_related_objects
from django.http import HttpRequest
from django.utils import timezone
from ninja import File, Form, Path, Query, Router, UploadedFile
from ninja.constants import NOT_SET

from parvis.core.audit.operations import log_view
from parvis.core.cases import queries as cases
from parvis.core.cases import rules as case_rules
from parvis.core.cases.operations import Contact, send_message
from parvis.core.tenancy.addresses import territory_path
from parvis.lib.actor import Channel
from parvis.lib.errors import Invalid, NotFound, TooMuch, gettext_noop, require

from . import operations, queries, rules
from .forms import FilterForm
from .models import Category, Issue
from .queries.assets import public_asset, things_near
from .schemas import (
    AnswerIn,
    Asked,
    AssetOut,
    CategoryOut,
    FollowIn,
    FollowOut,
    HistoryOut,
    IssueOut,
    MessageIn,
    MessageOut,
    Page,
    PlanIn,
    ReleaseIn,
    ReportIn,
)

router = Router(auth=NOT_SET)
PER_PAGE = 50


def _file(request: HttpRequest, pk: UUID) -> str:
    return request.build_absolute_uri(territory_path(request.territory, "fr", f"/fichiers/{pk}/full"))


def _public(request: HttpRequest, issue: Issue) -> IssueOut:
    private = rules.can_see_private(request.actor, issue)
    photos = [_file(request, photo.pk) for photo in queries.photos_of(issue, public_only=not private)]
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
def listing(request: HttpRequest, territory: Path[str], asked: Query[Asked]) -> Page:
    """List the public reports that answer to the same filters as their page and its exports, fifty a page."""
    wanted = FilterForm.read(request.GET)
    found = queries.newest(wanted, cursor=asked.after, size=PER_PAGE)
    prefetch_related_objects(list(found.issues), "asset")
    following = request.build_absolute_uri(f"{request.path}?{wanted.query(after=found.next)}") if found.next else None
    return Page(items=[_public(request, issue) for issue in found.issues], next=following)


@router.get("/assets", response=list[AssetOut], summary="The things near a place that a report may be about")
def assets(
    request: HttpRequest,
    territory: Path[str],
    lat: Annotated[float, Query(ge=-90, le=90)],
    lon: Annotated[float, Query(ge=-180, le=180)],
    category: str,
) -> list[AssetOut]:
    """List the things of the kinds that a category names, nearest first, within about a hundred metres."""
    found = Category.objects.filter(slug=category[:50]).first()
    near = things_near(lat, lon, found.asset_kinds, chosen=None, public_only=True) if found else []
    return [AssetOut.of(one.asset) for one in near]


@router.get("/mine", response=list[IssueOut], summary="My own reports")
def mine(request: HttpRequest, territory: Path[str]) -> list[IssueOut]:
    """List the newest fifty reports of the person of the session here."""
    require(request.actor.person_id is not None)
    rows = (
        Issue.objects.filter(person_id=request.actor.person_id)
        .select_related("category", "asset")
        .order_by("-reported_at")
    )
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
        asset=public_asset(said.asset) if said.asset else None,
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


@router.get("/{code}/history", response=HistoryOut, summary="What became of a report, and what comes next")
def history(request: HttpRequest, territory: Path[str], code: str) -> HistoryOut:
    """Tell the steps of a report that everyone may read, and what is promised next."""
    issue = _visible(request, code)
    return HistoryOut.of(queries.public_history(issue), queries.coming(issue, now=timezone.now()))


@router.post("/{code}/follow", response={200: FollowOut, 202: FollowOut}, summary="Be told what becomes of a report")
def follow(
    request: HttpRequest, territory: Path[str], code: str, said: FollowIn | None = None
) -> tuple[int, FollowOut]:
    """Follow as the person of the session; else a link goes to `email`, and nothing is kept before it is pressed."""
    issue, now = _visible(request, code), timezone.now()
    if request.actor.person_id is not None:
        operations.follow_issue(actor=request.actor, issue=issue, now=now)
        return 200, FollowOut(follows=True)
    email, language = said.email.strip().lower() if said else "", request.LANGUAGE_CODE
    if not ratelimit.consume(request, action="follow_by_mail", key=email):
        raise TooMuch
    operations.ask_to_follow(actor=request.actor, issue=issue, email=email, language=language, now=now)
    return 202, FollowOut(follows=False, link_sent=True)


@router.api_operation(["DELETE"], "/{code}/follow", response=FollowOut, summary="Be told no longer")
def unfollow(request: HttpRequest, territory: Path[str], code: str) -> FollowOut:
    """Stop following as the person of the session."""
    require(request.actor.person_id is not None)
    operations.unfollow_issue(actor=request.actor, issue=_visible(request, code), now=timezone.now())
    return FollowOut(follows=False)


def _talk(request: HttpRequest, issue: Issue) -> list[MessageOut]:
    """Return the conversation for its person or staff; the look of staff is noted."""
    case = issue.case
    log_view(viewer=request.actor, person_id=case.person_id, reason="case", subject_id=case.pk)
    return [
        MessageOut(
            at=message.at,
            from_staff=message.from_staff,
            text=message.text,
            files=[_file(request, row.file_id) for row in message.files.all()],
        )
        for message in cases.conversation(case)
    ]


@router.get("/{code}/messages", response=list[MessageOut], summary="The conversation (its reporter, staff)")
def talk(request: HttpRequest, territory: Path[str], code: str) -> list[MessageOut]:
    """Read what the reporter and the town wrote to each other, oldest first."""
    issue = _visible(request, code)
    require(case_rules.is_mine(request.actor, issue.case) or case_rules.can_view(request.actor, issue.case))
    return _talk(request, issue)


@router.post("/{code}/messages", response={201: list[MessageOut]}, summary="Write in it (its reporter, staff)")
def write(request: HttpRequest, territory: Path[str], code: str, said: MessageIn) -> tuple[int, list[MessageOut]]:
    """Write to the town as the reporter, or to the reporter as staff; they are told."""
    issue = _visible(request, code)
    send_message(actor=request.actor, case=issue.case, text=said.text, asks=said.asks, now=timezone.now())
    return 201, _talk(request, issue)


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
