"""Any merges and any taking apart, in any order: nobody who asked to be told is lost, and nothing goes in circles."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parvis.core.cases import operations, queries
from parvis.core.cases.models import Case, CaseEvent, Follower
from parvis.core.cases.workflow import State
from parvis.core.identity.tests.factories import resident_actor
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import WrongState

from .factories import NOW, make_case

pytestmark = pytest.mark.django_db

# Whoever reported each: nobody known, the same person twice, an address.
REPORTERS = (None, 0, 0, "lea@example.test")
PLACES = st.integers(0, len(REPORTERS) - 1)
ACTS = st.one_of(
    st.tuples(st.just("merge"), PLACES, PLACES),
    st.tuples(st.just("merge"), PLACES, st.just(0)),
    st.tuples(st.just("apart"), PLACES, st.just(0)),
    st.tuples(st.just("follow"), PLACES, st.integers(0, 2)),
)


@dataclass
class Told:
    """What must be true, kept beside: who asked for each case, and what each is part of."""

    cases: list[Case]
    people: list[Actor]
    asked: list[set[object]] = field(default_factory=list)
    reporters: list[object] = field(default_factory=list)

    def part_of(self) -> dict[int, int]:
        """Return the place of the case that each is part of, from the database."""
        places = {case.pk: place for place, case in enumerate(self.cases)}
        rows = Case.objects.exclude(merged_into=None).values_list("pk", "merged_into_id")
        return {places[case]: places[into] for case, into in rows}

    def expected(self, root: int) -> set[object]:
        """Return who follows an open case: whoever chose to, and everyone of what is part of it."""
        parts = [place for place, into in self.part_of().items() if into == root]
        brought = set().union(*(self.asked[place] | {self.reporters[place]} for place in parts), set())
        return self.asked[root] | (brought - {self.reporters[root], None})


def followers(case: Case) -> list[object]:
    """Return who follows a case, by person or address."""
    return [row.person_id or row.email for row in Follower.objects.filter(case=case)]


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def written() -> list[tuple[object, ...]]:
    """Return the whole history."""
    return list(CaseEvent.objects.order_by("id").values_list("id", "name", "from_state", "to_state", "at", "data"))


def do(told: Told, clerk: Actor, act: str, first: int, second: int, now: datetime) -> None:
    """Try one act; a refusal changes nothing."""
    case = Case.objects.get(pk=told.cases[first].pk)
    if act == "follow":
        who = told.people[second]
        if case.is_open and who.person_id not in followers(case):
            operations.follow_case(actor=who, case=case, now=now)
            told.asked[first] |= {who.person_id} - {case.person_id}
        return
    before = (written(), told.part_of(), [followers(each) for each in told.cases])
    try:
        if act == "merge" and first != second:
            other = Case.objects.get(pk=told.cases[second].pk)
            operations.merge_cases(actor=clerk, case=case, into=other, now=now)
        elif act == "apart":
            operations.unmerge_case(actor=clerk, case=case, now=now)
    except WrongState:
        assert before == (written(), told.part_of(), [followers(each) for each in told.cases])


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, min_size=6, max_size=10), hours=st.lists(st.integers(0, 5), min_size=10, max_size=10))
def test_nobody_is_lost_whatever_is_joined_and_taken_apart(
    territory: Territory, clerk: Actor, acts: list[tuple[str, int, int]], hours: list[int]
) -> None:
    with undone():
        people = [resident_actor(territory) for _ in range(3)]
        told, now = Told([], people), NOW
        for who in REPORTERS:
            actor = people[who] if isinstance(who, int) else None
            contact = operations.Contact("Léa", who) if isinstance(who, str) else None
            told.cases.append(make_case(territory, actor, contact=contact))
            told.reporters.append(actor.person_id if actor else who)
            told.asked.append(set())
        for (act, first, second), later in zip(acts, hours, strict=False):
            now += timedelta(hours=later)
            past = written()
            do(told, clerk, act, first, second, now)
            assert written()[: len(past)] == past, "what was written is never changed"
            holds(told, clerk, now)


def holds(told: Told, clerk: Actor, now: datetime) -> None:
    """Check what must be true after any act."""
    part_of = told.part_of()
    roots = set(range(len(told.cases))) - set(part_of)
    assert set(part_of.values()) <= roots, "nothing is part of a part: no chain, no circle"
    for place, case in enumerate(told.cases):
        case.refresh_from_db()
        assert (case.state == State.MERGED, case.is_open) == (place in part_of, place in roots)
        if place in roots:
            found = followers(case)
            assert len(found) == len(set(found)), "each is counted once"
            assert set(found) == told.expected(place)
    assert queries.count_work(actor=clerk, now=now).open == len(roots)


def test_whoever_two_parts_brought_goes_with_the_last_of_them(territory: Territory, clerk: Actor) -> None:
    who = resident_actor(territory)
    kept, first, second = make_case(territory), make_case(territory, who), make_case(territory, who)
    for case in (first, second):
        operations.merge_cases(actor=clerk, case=case, into=kept, now=NOW)
    operations.unmerge_case(actor=clerk, case=first, now=NOW + timedelta(hours=1))
    assert followers(kept) == [who.person_id], "the second part is still theirs"
    operations.unmerge_case(actor=clerk, case=second, now=NOW + timedelta(hours=2))
    assert followers(kept) == []


def test_parts_come_and_go_for_days(territory: Territory, clerk: Actor) -> None:
    """A part that was taken apart is joined again; too late to take apart, it stays."""
    kept, part = make_case(territory), make_case(territory)
    for day in range(3):
        operations.merge_cases(actor=clerk, case=part, into=kept, now=NOW + timedelta(days=day))
        if day < 2:
            operations.unmerge_case(actor=clerk, case=part, now=NOW + timedelta(days=day, hours=20))
    with suppress(WrongState):
        operations.unmerge_case(actor=clerk, case=part, now=NOW + timedelta(days=3, hours=1))
    part.refresh_from_db()
    assert part.merged_into == kept
