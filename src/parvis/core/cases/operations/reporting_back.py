"""What the sender of a hand-over hears of the receiver's end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from parvis.core.cases import queries
from parvis.core.cases.models import HandOver, Side
from parvis.core.cases.workflow import HandOverState as S
from parvis.core.cases.workflow import State
from parvis.core.files.models import StoredFile
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor, Channel

from .clock import go_on
from .conversation import FILE_PURPOSE
from .copies import bring_along, originals_of
from .history import write_history


@dataclass(frozen=True, slots=True)
class News:
    """What the sender is told of the receiver's end."""

    hand_over_id: UUID
    other_id: UUID
    state: str
    code: str
    case_state: str
    answer: dict[str, Any]
    files: Mapping[str, StoredFile]


def news_of(received: HandOver) -> News:
    """Pack the receiver's end, read in the receiver's context."""
    if received.other_id is None:
        raise ValueError("nobody is at the other end")
    case = received.case
    came = {file["id"] for file in queries.files_in(received.frozen) if file.get("id")}
    files = {key: stored for key, stored in originals_of(received.answer).items() if key not in came}
    return News(received.other_id, received.pk, received.state, case.code, case.state, received.answer, files)


@transaction.atomic
def hear_from_receiver(*, news: News, sender: Territory, now: datetime) -> HandOver:
    """Note at the sender, in whose context this runs, how the hand-over stands; safe to repeat and in any order."""
    rows = HandOver.objects.select_for_update(of=("self",)).select_related("case")
    sent = rows.get(pk=news.hand_over_id, side=Side.SENT)
    HandOver.objects.filter(pk=sent.pk).update(
        other_id=news.other_id, other_code=news.code, other_state=news.case_state
    )
    heard = S(news.state)
    if heard == sent.state or heard == S.OFFERED or sent.ended_at is not None:
        sent.refresh_from_db()
        return sent
    values: dict[str, Any] = {"state": heard, "decided_at": sent.decided_at or now}
    if heard in {S.REFUSED, S.RETURNED, S.DONE}:
        answer = bring_along(news.answer, news.files, purpose=FILE_PURPOSE, subject_id=sent.case_id, now=now)
        values |= {"ended_at": now, "answer": answer}
    HandOver.objects.filter(pk=sent.pk, ended_at=None).update(**values)
    sent.refresh_from_db()
    actor, case = Actor(territory_id=sender.pk, channel=Channel.PARTNER, is_system=True), sent.case
    write_history(actor=actor, case=case, name=f"hand_over_{heard}", now=now, hand_over=str(sent.pk))
    if sent.ended_at is not None and case.state == State.WAITING:
        # What is done there is told with its answer, by the module or by the clerk who looks at it.
        go_on(actor=actor, case=case, now=now, quiet=heard == S.DONE)
    return sent
