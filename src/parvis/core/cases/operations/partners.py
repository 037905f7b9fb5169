"""An organisation does what was handed to it: it takes it on, speaks with the staff, says that it is done."""

from collections.abc import Sequence
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F

from parvis.core.cases import rules
from parvis.core.cases.models import HandOver, PartnerMessage, Side
from parvis.core.cases.workflow import HandOverState, State, hand_over_sources
from parvis.core.files.operations import store_upload
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, WrongState, gettext_noop, require

from .clock import go_on
from .conversation import MOST_FILES, checked_text
from .copies import PARTNER_PURPOSE, bring_along, originals_of
from .history import write_history


@transaction.atomic
def pack_for_partner(*, sent: HandOver, now: datetime) -> None:
    """Give the organisation its own copies of the files that go along; safe to repeat."""
    originals = originals_of(sent.frozen)
    copied = {key for key, stored in originals.items() if stored.purpose == PARTNER_PURPOSE}
    if copied or not originals:
        return
    frozen = bring_along(sent.frozen, originals, purpose=PARTNER_PURPOSE, subject_id=sent.pk, now=now)
    HandOver.objects.filter(pk=sent.pk).update(frozen=frozen)


@transaction.atomic
def write_to_partner(
    *, actor: Actor, hand_over: HandOver, text: str, now: datetime, uploads: Sequence[UploadedFile] = ()
) -> PartnerMessage:
    """Write to the organisation that has the case. Raises NotAllowed, Invalid (``text``, ``files``), WrongState."""
    require(rules.can_work(actor, hand_over.case))
    message = _put(actor, hand_over, text, uploads, now, from_partner=False)
    HandOver.objects.filter(pk=hand_over.pk).update(awaiting_since=None)
    return message


@transaction.atomic
def answer_as_partner(
    *,
    actor: Actor,
    hand_over: HandOver,
    text: str,
    now: datetime,
    uploads: Sequence[UploadedFile] = (),
    holds_link: bool = False,
) -> PartnerMessage:
    """Write to the staff as a member of the organisation, or by its link. Raises NotAllowed, Invalid, WrongState."""
    require(holds_link or rules.is_partner(actor, hand_over))
    message = _put(actor, hand_over, text, uploads, now, from_partner=True)
    HandOver.objects.filter(pk=hand_over.pk, awaiting_since=None).update(awaiting_since=now)
    return message


def _put(
    actor: Actor, hand_over: HandOver, text: str, uploads: Sequence[UploadedFile], now: datetime, *, from_partner: bool
) -> PartnerMessage:
    if hand_over.organisation_id is None or hand_over.ended_at is not None:
        raise WrongState
    text = checked_text(text, may_be_empty=bool(uploads))
    if len(uploads) > MOST_FILES:
        raise Invalid(gettext_noop("Send at most %(most)s files at a time."), field="files", most=MOST_FILES)
    stored = [
        store_upload(
            actor=actor,
            upload=upload,
            purpose=PARTNER_PURPOSE,
            now=now,
            subject_id=hand_over.pk,
            images_only=False,
            field="files",
        )
        for upload in uploads
    ]
    message = PartnerMessage.objects.create(
        territory_id=hand_over.territory_id,
        hand_over=hand_over,
        organisation_id=hand_over.organisation_id,
        author_id=actor.person_id,
        from_partner=from_partner,
        text=text,
        files=[{"id": str(file.pk), "name": file.name} for file in stored],
        at=now,
    )
    write_history(
        actor=actor,
        case=hand_over.case,
        name="partner_message",
        now=now,
        is_internal=True,
        hand_over=str(hand_over.pk),
        message=str(message.pk),
        to="staff" if from_partner else "partner",
    )
    return message


@transaction.atomic
def finish_as_partner(
    *, actor: Actor, hand_over: HandOver, now: datetime, text: str = "", holds_link: bool = False
) -> HandOver:
    """Say that the work is done, with a word for the staff, who look at it and answer the person.

    Only what was taken on can be done. Raises NotAllowed, WrongState.
    """
    require(holds_link or rules.can_decide_hand_over(actor, hand_over))
    if hand_over.side != Side.SENT or hand_over.organisation_id is None:
        raise WrongState
    done = HandOverState.DONE
    rows = HandOver.objects.filter(pk=hand_over.pk, state__in=hand_over_sources(done))
    if not rows.update(state=done, ended_at=now, answer={"text": text.strip()[:2000]}, awaiting_since=None):
        raise WrongState
    hand_over.refresh_from_db()
    case = hand_over.case
    write_history(actor=actor, case=case, name="hand_over_done", now=now, hand_over=str(hand_over.pk))
    if case.state == State.WAITING:
        go_on(actor=actor, case=case, now=now)
    return hand_over


@transaction.atomic
def replace_partner_link(*, actor: Actor, hand_over: HandOver, now: datetime) -> HandOver:
    """Let the links mailed to an organisation open nothing more, and send another. Raises NotAllowed, WrongState."""
    require(rules.can_hand_over(actor, hand_over.case))
    if hand_over.side != Side.SENT or hand_over.organisation_id is None or hand_over.ended_at is not None:
        raise WrongState
    HandOver.objects.filter(pk=hand_over.pk).update(link_version=F("link_version") + 1)
    hand_over.refresh_from_db(fields=["link_version"])
    case, key = hand_over.case, str(hand_over.pk)
    write_history(actor=actor, case=case, name="partner_link_replaced", now=now, is_internal=True, hand_over=key)
    return hand_over
