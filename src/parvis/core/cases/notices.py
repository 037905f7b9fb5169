"""What is said to whom when something happens to a case. A module that tells itself closes and writes `quiet`."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from parvis.core.events.operations import Event
from parvis.core.identity.models import Language
from parvis.core.identity.queries import members_of
from parvis.core.registry.entries import Notice, Recipient
from parvis.core.registry.topics import Topic
from parvis.core.tenancy.here import zone_here

from . import answers, links, queries
from .kinds import kind_of
from .models import Case, ClockReason, Follower, HandOver, Message, PartnerMessage
from .wording import STANDS
from .workflow import State

BY_TEXT_TOO = ("email", "inbox", "sms")  # a text message goes to whoever left a telephone and nothing else
SAID_OTHERWISE = {ClockReason.PERSON, ClockReason.HANDED_OVER}
"""Why the clock stopped is then said by the message that asks, or by the notice of the hand-over."""


def _case(event: Event) -> Case:
    return Case.objects.get(pk=event.subject_id)


def whose(case: Case) -> Iterable[Recipient]:
    """Yield whose case it is; whoever has no account reads and answers by the secret link."""
    if case.person_id:
        yield Recipient(person_id=case.person_id, reply_to=answers.address_of(case))
    elif case.contact_email or case.contact_phone:
        path = links.path_of(case)
        yield Recipient(
            email=case.contact_email,
            phone=case.contact_phone,
            name=case.contact_name,
            language=case.language,
            path=path,
            reply_to=answers.address_of(case),
        )


def person(event: Event) -> Iterable[Recipient]:
    """Yield whose case it is, unless a module tells them itself or they said it themselves.

    What another body handed over to us, that body tells about; only what staff write here goes to the person from here.
    """
    if event.data.get("quiet") or event.data.get("to") == "staff":
        return
    if event.data.get("reason") in SAID_OTHERWISE:
        return
    case = _case(event)
    if event.name == "cases.message_sent" or not queries.came_from_elsewhere(case):
        yield from whose(case)


def followers_of(case: Case | None) -> Iterable[Recipient]:
    """Yield those who follow a case."""
    for row in Follower.objects.filter(case=case) if case is not None else ():
        if row.person_id:
            yield Recipient(person_id=row.person_id)
        else:
            path = links.follower_path(row)  # where they read how it stands, and stop
            yield Recipient(email=row.email, name=row.name, language=row.language, path=path)


def followers(event: Event) -> Iterable[Recipient]:
    """Yield those who follow a case, unless a module or another notice tells them."""
    if not event.data.get("quiet") and event.data.get("reason") != ClockReason.HANDED_OVER:
        yield from followers_of(_case(event))


def partner(event: Event) -> Iterable[Recipient]:
    """Yield who acts for the organisation that a case was handed to, or to which staff wrote about it.

    Its members; while it has none, its own address, which sees and answers it by a secret link.
    """
    row = HandOver.objects.select_related("organisation").get(pk=UUID(event.data["hand_over"]))
    if row.organisation is None or event.data.get("to") == "staff":
        return
    path = reverse("cases:partner", args=[row.pk])
    seats = [seat for seat in members_of(row.organisation, event.at) if seat.starts_at <= event.at]
    for seat in seats:
        yield Recipient(person_id=seat.person_id, path=path)
    if not seats and row.organisation.email:
        yield Recipient(
            email=row.organisation.email,
            name=row.organisation.name,
            language=Language.FRENCH,
            path=links.partner_path(row),
        )


def joined(event: Event) -> Iterable[Recipient]:
    """Yield whose case was joined to another."""
    yield from whose(_case(event))


def words(event: Event) -> Mapping[str, Any]:
    """Return what the templates need, as the case stands now; the page is for those who can sign in."""
    case = _case(event)
    reason, message = event.data.get("reason", ""), _message(event, case)
    handed = HandOver.objects.filter(pk=event.data.get("hand_over")).first()
    return {
        "case": case,
        **_promise(event, case),
        "text": message.text if message else "",
        "files": [entry.file.name for entry in message.files.select_related("file")] if message else [],
        "reason": ClockReason(reason).label if reason in ClockReason.values else "",
        "partner": handed.partner_name if handed else "",
        "path": reverse("cases:detail", args=[case.code]) if case.person_id else "",
        "question_path": links.path_of(case) if case.state == State.CLOSED else "",
        "label": _("Open my request"),
    }


def followed_words(event: Event) -> Mapping[str, Any]:
    """Return what a follower is told: never what whoever asked wrote, nor their page."""
    return {"code": _case(event).code}


def step_words(event: Event) -> Mapping[str, Any]:
    """Return what a follower is told of a step: how the promise stands, and the page that everyone may read."""
    case = _case(event)
    page = kind_of(case.kind).page
    return {"code": case.code, "path": page(case) if page else "", **_promise(event, case)}


def _promise(event: Event, case: Case) -> dict[str, Any]:
    """Return how the promise stands, its days as the reader's language writes them in the town's time."""
    zone = zone_here(case.territory_id)
    was = datetime.fromisoformat(event.data["was"]) if event.data.get("was") else None
    due, before = (date_format(day.astimezone(zone), "DATE_FORMAT") if day else "" for day in (case.due_at, was))
    is_open = case.state not in {State.CLOSED, State.MERGED}
    stands = STANDS if case.state == State.WAITING and case.due_days is not None else ""
    is_late = case.is_late(event.at)
    days = event.data.get("days")
    return {"is_open": is_open, "stands": stands, "is_late": is_late, "due": due, "was": before, "days": days}


def _message(event: Event, case: Case) -> Message | None:
    if event.name == "cases.closed":
        return Message.objects.filter(case=case, from_staff=True, at=event.at).last()
    return Message.objects.filter(pk=UUID(event.data["message"])).first() if "message" in event.data else None


def partner_words(event: Event) -> Mapping[str, Any]:
    """Return what an organisation is told: what it is about, and who asks."""
    row = HandOver.objects.select_related("organisation").get(pk=UUID(event.data["hand_over"]))
    said = PartnerMessage.objects.filter(pk=event.data["message"]).first() if "message" in event.data else None
    return {
        "code": row.frozen.get("code", ""),
        "subject": row.frozen.get("subject", ""),
        "place": row.frozen.get("place", ""),
        "organisation": row.partner_name,
        "reason": row.reason,
        "text": said.text if said else "",
        "files": [file["name"] for file in said.files] if said else [],
        "label": _("Open it"),
    }


def late_reader(event: Event) -> Iterable[Recipient]:
    """Yield the member of staff whom a digest is for."""
    yield Recipient(person_id=event.subject_id)


def late_words(event: Event) -> Mapping[str, Any]:
    """Return the late cases of one member of staff that are so still."""
    ids = [UUID(key) for key in (*event.data["own"], *event.data["overseen"])]
    cases = {str(case.pk): case for case in Case.objects.filter(pk__in=ids)}
    own_count, overseen_count = int(event.data["own_count"]), int(event.data["overseen_count"])
    return {
        "count": own_count + overseen_count,
        "own_count": own_count,
        "overseen_count": overseen_count,
        "own": [cases[key] for key in event.data["own"] if key in cases],
        "overseen": [cases[key] for key in event.data["overseen"] if key in cases],
        "path": f"{reverse('cases_bureau:list')}?view=late",
        "label": _("Open the work list"),
    }


TOPICS = [
    Topic("cases", _("What I asked for"), _("My requests and reports: answers, questions, dates"), order=10),
    Topic("cases.followed", _("What I follow"), _("Requests and reports of others"), order=20),
]

STEPS = ("clock_stopped", "clock_resumed", "promised", "handed_over")

NOTICES = [
    Notice(
        "cases.late_digest",
        to="staff",
        audience=late_reader,
        context=late_words,
        topic="work",
        reason=_("You work for this municipality."),
    ),
    *(
        Notice(
            f"cases.{what}",
            to="person",
            audience=person,
            context=words,
            channels=BY_TEXT_TOO,
            reason=_("You made this request."),
        )
        for what in ("message_sent", "closed", *STEPS)
    ),
    *(
        Notice(
            f"cases.{what}",
            to="followers",
            audience=followers,
            context=step_words,
            template=f"cases/notices/followed_{what}",
            topic="cases.followed",
            reason=_("You follow it."),
        )
        for what in STEPS
    ),
    Notice(
        "cases.closed",
        to="followers",
        audience=followers,
        context=followed_words,
        template="cases/notices/followed_closed",
        topic="cases.followed",
        reason=_("You follow it."),
    ),
    Notice(
        "cases.handed_over",
        to="organisation",
        audience=partner,
        context=partner_words,
        template="cases/notices/partner_handed_over",
        reason=_("You act for this organisation."),
    ),
    Notice(
        "cases.partner_link_replaced",
        to="organisation",
        audience=partner,
        context=partner_words,
        template="cases/notices/partner_handed_over",
        reason=_("You act for this organisation."),
    ),
    Notice(
        "cases.partner_message",
        to="organisation",
        audience=partner,
        context=partner_words,
        reason=_("You act for this organisation."),
    ),
    *(
        notice
        for what in ("merged", "unmerged")
        for notice in (
            Notice(
                f"cases.{what}",
                to="person",
                audience=joined,
                context=words,
                channels=BY_TEXT_TOO,
                reason=_("You made this request."),
            ),
            Notice(
                f"cases.{what}",
                to="followers",
                audience=followers,
                context=followed_words,
                template=f"cases/notices/followed_{what}",
                topic="cases.followed",
                reason=_("You follow it."),
            ),
        )
    ),
]
