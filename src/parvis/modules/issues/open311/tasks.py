"""Background work of Open311: calls to others' addresses happen here, never in a request and never in a transaction."""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext

from parvis.core.identity.sealing import Unreadable
from parvis.core.tasks.operations import defer, in_context, task
from parvis.lib.actor import Actor
from parvis.lib.errors import ParvisError
from parvis.lib.outbound import NoAnswer, call
from parvis.modules.issues import operations
from parvis.modules.issues.models import Endpoint, MediaState, PassedOn, Stage, Submission

from . import following
from .client import FINAL, Trouble
from .following import client_of

MOST_A_ROUND, A_CALL = 2000, 50
MOST_PICTURE, MOST_SECONDS = 20 * 1024 * 1024, 60.0

Context = Mapping[str, str | None]


@task(name="issues.open311_fetch_media", own_transaction=False)
def fetch_media(*, context: Context, submission: str) -> None:
    """Fetch the picture whose address came with a request; it becomes a photo that staff look at first."""
    with in_context(context):
        waiting = Submission.objects.filter(pk=submission, media_state=MediaState.WAITING).first()
    if waiting is None:
        return
    try:
        reply = call(
            "GET",
            waiting.media_url,
            headers={"Accept": "image/*"},
            allowed=settings.OUTBOUND_NETWORKS,
            most_bytes=MOST_PICTURE,
            seconds=MOST_SECONDS,
        )
    except NoAnswer as error:
        if error.obstacle not in FINAL:
            raise  # the queue tries again
        reply = None
    with in_context(context):
        taken = Submission.objects.filter(pk=submission, media_state=MediaState.WAITING)
        if not taken.update(media_state=MediaState.KEPT, media_url=""):
            return
        sent = Submission.objects.select_related("issue").get(pk=submission)
        if reply is None or reply.is_cut or reply.status != 200 or not _keep(sent, reply.body, waiting.media_url):
            Submission.objects.filter(pk=submission).update(media_state=MediaState.REFUSED)


def _keep(sent: Submission, body: bytes, url: str) -> bool:
    """Keep a picture as a photo of the report; False when it is none, or the report has its five."""
    name = urlsplit(url).path.rpartition("/")[2][:80] or "photo.jpg"
    photo = UploadedFile(io.BytesIO(body), name=name, size=len(body))
    actor = Actor.system(sent.territory_id)
    try:
        operations.add_photo(actor=actor, issue=sent.issue, photo=photo, now=timezone.now())
    except ParvisError:
        return False
    return True


@task(name="issues.open311_services", own_transaction=False, retry=None)
def ask_services(*, context: Context, endpoint: str) -> None:
    """Ask a body which services it offers, in JSON, else in XML, which every server must speak."""
    with in_context(context):
        found = Endpoint.objects.filter(pk=endpoint).first()
    if found is None:
        return
    with _telling(context, found.pk):
        _ask_services(context, found)


@contextmanager
def _telling(context: Context, endpoint: UUID) -> Iterator[None]:
    """Tell the clerk when our key there cannot be read any more: the instance has lost its key file."""
    try:
        yield
    except Unreadable:
        with in_context(context):
            text = gettext("Our key there cannot be read any more: write it again.")
            Endpoint.objects.filter(pk=endpoint).update(trouble=text)


def _ask_services(context: Context, found: Endpoint) -> None:
    with in_context(context):
        client = client_of(found)
    trouble, services, form = "", found.services, found.form
    for form in ("json", "xml"):
        try:
            services, trouble = replace(client, form=form).services(), ""
            break
        except Trouble as error:
            trouble = trouble or error.text
    with in_context(context):
        changes = {"services": services, "form": form} if not trouble else {}
        Endpoint.objects.filter(pk=found.pk).update(asked_at=timezone.now(), trouble=trouble, **changes)


@task(name="issues.open311_follow", own_transaction=False, retry=None)
def follow(*, context: Context, passed: str) -> None:
    """Take the next step of a report that is passed on; the round comes back to what failed."""
    with in_context(context):
        found = PassedOn.objects.filter(pk=passed).first()
    inside = partial(in_context, context)
    if found is None:
        return
    with _telling(context, found.endpoint_id):
        _next_step(found, inside)


def _next_step(found: PassedOn, inside: following.Inside) -> None:
    if found.stage in (Stage.WAITING, Stage.SENDING):
        following.send(found.pk, inside, timezone.now)
    elif found.stage == Stage.TOKEN:
        following.find_number(found.pk, inside, timezone.now)
    elif found.stage == Stage.SENT:
        following.hear(found.endpoint_id, [found.pk], inside, timezone.now)


@task(name="issues.open311_hear", own_transaction=False, retry=None)
def hear(*, context: Context, endpoint: str, passed: list[str]) -> None:
    """Ask an endpoint where some requests stand."""
    with _telling(context, UUID(endpoint)):
        following.hear(UUID(endpoint), [UUID(one) for one in passed], partial(in_context, context), timezone.now)


@task(name="issues.open311_round")
def look_after() -> None:
    """Give what is due a task: one for each report on its way, one for each fifty that an endpoint has."""
    due = PassedOn.objects.filter(ended_at=None, next_at__lte=timezone.now()).order_by("next_at")
    by_endpoint: dict[UUID, list[str]] = {}
    for passed in due[:MOST_A_ROUND]:
        if passed.stage == Stage.SENT:
            by_endpoint.setdefault(passed.endpoint_id, []).append(str(passed.pk))
        else:
            defer(follow, unique=f"open311.follow:{passed.pk}", lock=f"open311:{passed.pk}", passed=str(passed.pk))
    for endpoint_id, ids in by_endpoint.items():
        for batch in (ids[at : at + A_CALL] for at in range(0, len(ids), A_CALL)):
            key = f"open311.hear:{batch[0]}"
            defer(hear, unique=key, lock=f"open311:{endpoint_id}", endpoint=str(endpoint_id), passed=batch)
