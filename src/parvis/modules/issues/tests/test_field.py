"""Work in the field: a day's shortlist, and acts that arrive late, twice, or out of order."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parvis.core.cases.models import Note
from parvis.core.files.models import StoredFile
from parvis.core.identity.tests.factories import TeamFactory, staff_actor
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, NotAllowed, TooMuch
from parvis.lib.ids import new_id
from parvis.modules.issues import operations, rules
from parvis.modules.issues.models import Act, FieldStop, Issue, MaterialLine, Outcome, WorkPhoto, WorkRecord
from parvis.modules.issues.operations import Material
from parvis.modules.issues.queries import field as lists
from parvis.modules.issues.workflow import Status

from .factories import NOW, CategoryFactory, make_issue, photo

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def crew(territory: Territory) -> Actor:
    return staff_actor(territory, "issues.work")


def work(actor: Actor, issue: Issue, act: Act, key: UUID | None = None, **more: object) -> WorkRecord:
    note = "" if act == Act.STARTED else "Rempli à froid."
    given = {"note": note, "now": NOW + timedelta(hours=1), **more}
    return operations.record_work(actor=actor, issue=issue, act=act, key=key or uuid4(), **given)  # type: ignore[arg-type]


def test_a_days_work_is_kept_with_its_time_material_and_photos(territory: Territory, resident: Actor) -> None:
    actor, issue = crew(territory), make_issue(resident)
    assert work(actor, issue, Act.STARTED).outcome == Outcome.APPLIED
    asphalt = Material("Asphalte froid", Decimal("2.5"), "sacs", 4250)
    done = work(actor, issue, Act.DONE, minutes=35, materials=[asphalt], before=[photo()], after=[photo(), photo()],
                happened_at=NOW + timedelta(minutes=20))  # fmt: skip
    issue.refresh_from_db()
    assert (issue.status, issue.answer) == (Status.RESOLVED, "Rempli à froid.")
    assert (done.minutes, done.cost_cents, done.happened_at) == (35, 4250, NOW + timedelta(minutes=20))
    assert str(MaterialLine.objects.get()) == "2.5 sacs Asphalte froid"
    assert Counter(WorkPhoto.objects.values_list("moment", flat=True)) == {"before": 1, "after": 2}
    assert StoredFile.objects.filter(subject_id=issue.pk, is_public=False).count() == 3


def test_what_could_not_be_done_is_a_note_of_staff(territory: Territory, resident: Actor) -> None:
    issue = make_issue(resident)
    assert work(crew(territory), issue, Act.COULD_NOT, note="Auto stationnée dessus.").outcome == Outcome.NOTED
    issue.refresh_from_db()
    assert issue.status == Status.REPORTED
    assert Note.objects.get(case_id=issue.case_id).text == "Auto stationnée dessus."


def test_what_ended_meanwhile_is_not_forced_and_the_work_is_kept(territory: Territory, resident: Actor) -> None:
    issue = make_issue(resident)
    operations.decline_issue(actor=crew(territory), issue=issue, answer="Terrain privé.", now=NOW)
    late = work(crew(territory), issue, Act.DONE, minutes=20, after=[photo()])
    issue.refresh_from_db()
    assert late.outcome == Outcome.KEPT
    assert (issue.status, issue.answer) == (Status.DECLINED, "Terrain privé.")
    assert (late.minutes, late.photos.count()) == (20, 1)


def test_work_done_before_a_report_was_taken_up_again_does_not_end_it(territory: Territory, resident: Actor) -> None:
    actor, issue = crew(territory), make_issue(resident)
    operations.resolve_issue(actor=actor, issue=issue, answer="Fait.", now=NOW)
    operations.reopen_issue(actor=actor, issue=issue, reason="Encore là.", now=NOW + timedelta(hours=2))
    late = work(actor, issue, Act.DONE, now=NOW + timedelta(hours=3), happened_at=NOW + timedelta(hours=1))
    issue.refresh_from_db()
    assert (late.outcome, issue.status) == (Outcome.KEPT, Status.REPORTED)
    again = work(actor, issue, Act.DONE, now=NOW + timedelta(hours=4))
    issue.refresh_from_db()
    assert (again.outcome, issue.status) == (Outcome.APPLIED, Status.RESOLVED)


def test_a_telephone_with_a_wrong_clock(territory: Territory, resident: Actor) -> None:
    actor, issue, now = crew(territory), make_issue(resident), NOW + timedelta(hours=1)
    assert work(actor, issue, Act.STARTED, happened_at=NOW + timedelta(days=9)).happened_at == now
    assert work(actor, issue, Act.STARTED, happened_at=NOW - timedelta(days=900)).happened_at == now


def test_what_cannot_be_accepted(territory: Territory, resident: Actor) -> None:
    actor, issue = crew(territory), make_issue(resident)
    for wrong in ({"note": "  "}, {"minutes": 24 * 60 + 1}, {"minutes": -1}, {"note": "x" * 4001}):
        with pytest.raises(Invalid):
            work(actor, issue, Act.DONE, **wrong)
    with pytest.raises(TooMuch):
        work(actor, issue, Act.DONE, after=[photo()] * 11)
    assert not WorkRecord.objects.exists()
    issue.refresh_from_db()
    assert issue.status == Status.REPORTED


def test_the_database_counts_a_sending_once(territory: Territory, resident: Actor) -> None:
    record = work(crew(territory), make_issue(resident), Act.STARTED)
    record.pk = new_id()
    with pytest.raises(IntegrityError), transaction.atomic():
        record.save(force_insert=True)


@pytest.mark.parametrize("who", ["visitor", "resident", "neighbour_clerk", "other_district"])
@pytest.mark.parametrize("act", ["work", "put", "take_off"])
def test_the_wrong_person(who: str, act: str, request: pytest.FixtureRequest, territory: Territory) -> None:
    issue = make_issue(request.getfixturevalue("resident"))
    Issue.objects.filter(pk=issue.pk).update(district_id=new_id())
    issue.refresh_from_db()
    put(staff_actor(territory, "*"), issue)
    wrong = staff_actor(territory, "issues.work", district_id=new_id()) if who == "other_district" else None
    actor = wrong or request.getfixturevalue(who)
    acts: dict[str, Callable[[], object]] = {
        "work": lambda: work(actor, issue, Act.DONE),
        "put": lambda: put(actor, issue),
        "take_off": lambda: operations.take_off_list(actor=actor, stop=FieldStop.objects.get(), now=NOW),
    }
    with pytest.raises(NotAllowed):
        acts[act]()
    assert FieldStop.objects.count() == 1
    assert not WorkRecord.objects.exists()


def test_who_may_go_out(territory: Territory, neighbour: Territory, resident: Actor, visitor: Actor) -> None:
    assert rules.can_go_out(staff_actor(territory, "issues.work", district_id=new_id()))
    elsewhere = Actor(territory_id=territory.pk, grants=staff_actor(neighbour, "issues.work").grants)
    for wrong in (resident, visitor, staff_actor(territory, "content.write"), elsewhere):
        assert not rules.can_go_out(wrong)


def test_the_key_of_somebody_elses_work_gives_nothing_away(territory: Territory, resident: Actor) -> None:
    issue, key = make_issue(resident), uuid4()
    work(crew(territory), issue, Act.STARTED, key)
    with pytest.raises(NotAllowed):
        work(crew(territory), issue, Act.STARTED, key)


def put(actor: Actor, *issues: Issue, **whose: object) -> int:
    who = whose or {"person_id": actor.person_id or new_id()}
    return operations.put_on_list(actor=actor, issues=issues, day=TODAY, now=NOW, **who)  # type: ignore[arg-type]


def test_a_report_stands_once_on_a_day_and_moves_between_lists(territory: Territory, resident: Actor) -> None:
    actor, team, issue = crew(territory), TeamFactory(), make_issue(resident)
    assert put(actor, issue) == 1
    assert put(actor, issue) == 0
    assert put(actor, issue, team=team) == 0
    assert [stop.issue for stop in lists.shortlist(actor, TODAY, team=team)] == [issue]
    assert not lists.shortlist(actor, TODAY).exists()
    operations.take_off_list(actor=actor, stop=FieldStop.objects.get(), now=NOW)
    assert list(lists.may_be_added(TODAY)) == [issue]


def test_a_list_is_somebodys_and_holds_only_open_reports(territory: Territory, resident: Actor) -> None:
    actor, issue = crew(territory), make_issue(resident)
    with pytest.raises(Invalid):
        operations.put_on_list(actor=actor, issues=[issue], day=TODAY, now=NOW)
    work(actor, issue, Act.DONE)
    issue.refresh_from_db()
    with pytest.raises(Invalid):
        put(actor, issue)


def test_a_round_takes_the_nearest_first_and_what_ended_last(territory: Territory, resident: Actor) -> None:
    actor, category = crew(territory), CategoryFactory()
    issues = [make_issue(resident, category=category, lat=45.8 + n / 100) for n in (3, 1, 2)]
    put(actor, *issues)
    work(actor, issues[1], Act.DONE)
    plan = lists.round_of(list(lists.shortlist(actor, TODAY)), (45.8, -71.9))
    assert [stop.issue.pk for stop in plan.stops] == [issues[2].pk, issues[0].pk, issues[1].pk]
    assert plan.metres == pytest.approx(3336, abs=5)
    assert [record.act for record in plan.stops[-1].work] == [Act.DONE]


# -- offline replay: two phones, drops, doubles, any order -------------------------------------------

SENDINGS = st.lists(
    st.tuples(st.sampled_from([0, 1]), st.sampled_from(list(Act)), st.integers(0, 2)), min_size=1, max_size=8
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=SENDINGS, data=st.data())
def test_any_replay_of_two_phones_ends_in_the_same_kind_of_state(
    territory: Territory, resident: Actor, written: list[tuple[int, Act, int]], data: st.DataObject
) -> None:
    """Each sending arrives at least once, some several times, in an order nobody chose: each is recorded once."""
    with transaction.atomic():
        category = CategoryFactory()
        issues = [make_issue(resident, category=category) for _ in range(3)]
        phones = [crew(territory), crew(territory)]
        acts = [(phone, act, place, uuid4()) for phone, act, place in written]
        doubles = data.draw(st.lists(st.integers(0, len(acts) - 1), max_size=6))
        arrivals = data.draw(st.permutations([*range(len(acts)), *doubles]))
        answers: dict[UUID, set[tuple[UUID, str]]] = {}
        for minute, n in enumerate(arrivals):
            phone, act, place, key = acts[n]
            record = work(phones[phone], issues[place], act, key, now=NOW + timedelta(minutes=60 + minute),
                          happened_at=NOW + timedelta(minutes=n))  # fmt: skip
            answers.setdefault(key, set()).add((record.pk, record.outcome))
        assert WorkRecord.objects.count() == len(acts)
        assert all(len(same) == 1 for same in answers.values()), "a double is told what the first one was told"
        for place, issue in enumerate(issues):
            issue.refresh_from_db()
            mine = WorkRecord.objects.filter(issue=issue)
            ends = mine.filter(act=Act.DONE)
            assert (issue.status == Status.RESOLVED) == ends.exists()
            assert ends.filter(outcome=Outcome.APPLIED).count() == min(1, ends.count()), "one of them ended it"
            assert mine.count() == sum(each[2] == place for each in acts)
            started = mine.filter(act=Act.STARTED).exists()
            assert issue.status in ({Status.ACCEPTED} if started else {Status.REPORTED}) or ends.exists()
        transaction.set_rollback(True)
