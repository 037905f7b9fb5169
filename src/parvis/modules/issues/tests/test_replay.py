"""What a phone sends again and again over a dying line is counted once, in the order it was written."""

from collections.abc import Iterator
from enum import Enum
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from parvis.core.files.models import StoredFile
from parvis.core.tenancy.models import Territory
from parvis.modules.issues.models import Issue

from .factories import CategoryFactory, photo

pytestmark = pytest.mark.django_db


class Line(Enum):
    """What becomes of one request."""

    WHOLE = "arrives and is answered"
    DROPPED = "never arrives"
    UNANSWERED = "arrives; its answer is lost"
    TWICE = "arrives twice; the second answer is heard"
    BUSY = "arrives at a house that answers with an excuse"


class Phone:
    """Sends as `frontend/src/outbox/send.ts` does: the oldest first; what is not answered holds the others up.

    Two of them share what waits: the page and the service worker, should the lock between them fail.
    """

    def __init__(self, client: Client, url: str, waiting: dict[str, dict[str, Any]]) -> None:
        self.client, self.url, self.waiting = client, url, waiting
        self.codes: dict[str, str] = {}

    def round(self, fates: Iterator[Line]) -> Iterator[None]:
        """Send all that waits, a request a step; stops at the first that the line refuses."""
        for key in list(self.waiting):
            if key not in self.waiting:
                continue  # the other one heard that it arrived
            answer = self._request(key, next(fates, Line.WHOLE))
            yield
            if answer is None or answer["state"] == "later":
                return
            assert answer["state"] == "accepted", answer
            assert self.codes.setdefault(key, answer["code"]) == answer["code"], "told the same each time"
            self.waiting.pop(key, None)

    def _request(self, key: str, fate: Line) -> dict[str, Any] | None:
        if fate is Line.DROPPED:
            return None
        if fate is Line.BUSY:
            return {"state": "later"}
        answers = [self._post(key) for _ in range(2 if fate is Line.TWICE else 1)]
        return None if fate is Line.UNANSWERED else answers[-1]

    def _post(self, key: str) -> dict[str, Any]:
        fields = {**self.waiting.get(key, {}), "idempotency_key": key}
        sending = {**fields, "photos": [photo(f"{key}.jpg")]} if fields.pop("with_photo", False) else fields
        answer: dict[str, Any] = self.client.post(self.url, sending, headers={"x-outbox": "1"}).json()
        return answer


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    photos=st.lists(st.booleans(), min_size=1, max_size=4),
    fates=st.lists(st.sampled_from(Line), max_size=16),
    turns=st.lists(st.booleans(), min_size=1, max_size=40),
)
def test_any_line_gives_one_report_a_draft_in_their_order(
    territory: Territory, photos: list[bool], fates: list[Line], turns: list[bool]
) -> None:
    """Requests dropped, answers lost, repeats, a page and its worker at once: one report each, with its photo once."""
    with transaction.atomic():
        category = CategoryFactory()
        waiting = {f"{n:032x}": draft(category.slug, n, with_photo) for n, with_photo in enumerate(photos)}
        written, line, url = list(waiting), iter(fates), f"/{territory.slug}/signalements/nouveau"
        client = Client(headers={"host": "localhost"})
        phones = [Phone(client, url, waiting), Phone(client, url, waiting)]
        rounds = [phone.round(line) for phone in phones]
        for turn in turns:  # whose request leaves next
            if next(rounds[turn], "over") == "over":
                rounds[turn] = phones[turn].round(line)
        while waiting:  # the line is back for good, once all its fates are spent
            for _ in phones[0].round(line):
                pass
        event(f"{len(photos)} drafts")
        issues = list(Issue.objects.order_by("reported_at"))
        assert [issue.idempotency_key for issue in issues] == written, "one each, in the order they were written"
        known = {**phones[0].codes, **phones[1].codes}
        assert {key: known[key] for key in written} == {issue.idempotency_key: issue.code for issue in issues}
        held = [StoredFile.objects.filter(subject_id=issue.pk).count() for issue in issues]
        assert held == [int(with_photo) for with_photo in photos]
        transaction.set_rollback(True)


def draft(category: str, number: int, with_photo: bool) -> dict[str, Any]:
    """Return what a form wrote down before it left."""
    where = {"place_address": "ici", "place_lat": "45.8", "place_lon": f"{-71.9 + number / 1000:.3f}"}
    return {"description": f"hors ligne {number}", "category": category, "with_photo": with_photo, **where}
