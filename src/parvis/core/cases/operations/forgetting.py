"""Erasure reaches every copy: a person asks one town, and what that town had handed over is emptied there too."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import F

from parvis.core.cases import queries
from parvis.core.cases.models import Case, ClockStop, HandOver, Message, MessageFile, Note, PartnerMessage, Side
from parvis.core.events.operations import record
from parvis.core.files.models import StoredFile
from parvis.core.files.operations import delete_file
from parvis.lib.actor import Actor

from .copies import delete_copies

ERASED_SUBJECT = "—"


def forget_cases(cases: Collection[UUID], *, now: datetime) -> None:
    """Take names, words, places and files off cases of the territory in force, and off their copies elsewhere.

    The kind, the dates and the states stay, without anybody. The caller decides that it is time.
    """
    sent = MessageFile.objects.filter(message__case__in=cases).values("file_id")
    for stored in StoredFile.objects.filter(pk__in=sent):
        delete_file(stored)
    Message.objects.filter(case__in=cases).update(text="", person_id=None, erased_at=now)
    Note.objects.filter(case__in=cases).update(text="", erased_at=now)
    ClockStop.objects.filter(case__in=cases).update(person_id=None)
    Case.objects.filter(pk__in=cases).update(
        person=None,
        contact_name="",
        contact_email="",
        contact_phone="",
        subject=ERASED_SUBJECT,
        place="",
        lat=None,
        lon=None,
        search_text="",
        awaiting_reply_since=None,
        link_version=F("link_version") + 1,  # no link shown or mailed before opens anything
    )
    for row in HandOver.objects.filter(case__in=cases).select_related("case"):
        _empty(row, now)


def _empty(row: HandOver, now: datetime) -> None:
    """Empty one end and tell the other, by an event with ids; an end that is empty already tells nobody.

    The row is held until the end: a hand-over that is being delivered right now arrives first, then is emptied there.
    """
    row = HandOver.objects.select_for_update(of=("self",)).select_related("case").get(pk=row.pk)
    bare = queries.bare_copy(row.frozen)
    if (row.frozen, row.answer, row.reason) == (bare, {}, ""):
        return
    if row.side == Side.RECEIVED or row.organisation_id:
        delete_copies(row)
    delete_answer(row)
    PartnerMessage.objects.filter(hand_over=row).update(text="", files=[], erased_at=now)
    HandOver.objects.filter(pk=row.pk).update(frozen=bare, answer={}, reason="", awaiting_since=None)
    actor = Actor.system(row.territory_id)
    record(actor, "cases.copy_erased", row.case, now=now, kind=row.case.kind, hand_over=str(row.pk), side=row.side)


def forget_received(*, sent_id: UUID, now: datetime) -> None:
    """Empty at the receiver, in whose context this runs, what came with a hand-over; safe to repeat.

    The case there loses its words and contact too, unless its person has entered the receiver's portal: then it is
    theirs there, and they ask there.
    """
    received = HandOver.objects.filter(side=Side.RECEIVED, other_id=sent_id).select_related("case").first()
    if received is None:
        return
    if received.case.person_id is None:
        forget_cases([received.case_id], now=now)
    else:
        _empty(received, now)


def forget_answer(*, sent_id: UUID, now: datetime) -> None:
    """Empty at the sender, in whose context this runs, what came back with a hand-over; safe to repeat."""
    sent = HandOver.objects.filter(side=Side.SENT, pk=sent_id).first()
    if sent is not None and sent.answer:
        delete_answer(sent)
        HandOver.objects.filter(pk=sent_id).update(answer={})


def delete_answer(sent: HandOver) -> None:
    """Delete the files that came back with a hand-over."""
    came = {file["id"] for file in queries.files_in(sent.answer) if file.get("id")}
    for stored in StoredFile.objects.filter(pk__in=came):
        delete_file(stored)
