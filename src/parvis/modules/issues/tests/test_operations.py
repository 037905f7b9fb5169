"""What may happen to a report, and what may not."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from parvis.core.audit.models import Entry
from parvis.core.cases import operations as case_operations
from parvis.core.cases.models import Case
from parvis.core.cases.operations import Contact
from parvis.core.cases.workflow import State
from parvis.core.events.operations import Event
from parvis.core.files.models import FileState, StoredFile
from parvis.core.files.operations import prepare_photo
from parvis.core.geo import operations as map_operations
from parvis.core.geo.importers.reading import AreaDraft
from parvis.core.registry.entries import Window
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import change_settings
from parvis.lib.actor import Actor, Channel
from parvis.lib.errors import Invalid, NotAllowed, TooMuch, WrongState
from parvis.modules.issues import operations, queries, subscribers
from parvis.modules.issues.models import PHOTO, Issue
from parvis.modules.issues.workflow import Status

from .factories import NOW, CategoryFactory, make_issue, photo

pytestmark = pytest.mark.django_db


def square(lat: float, lon: float, half: float = 0.05) -> AreaDraft:
    from shapely.geometry import box

    return AreaDraft("1", "", box(lon - half, lat - half, lon + half, lat + half))


def test_a_report_opens_a_case_with_its_promise(resident: Actor) -> None:
    issue = make_issue(resident)
    case = Case.objects.get(pk=issue.case_id)
    assert (issue.status, issue.code, issue.person_id) == (Status.REPORTED, case.code, resident.person_id)
    assert case.kind == "issues"
    assert case.state == State.RECEIVED
    assert case.due_at is not None
    assert issue.due_at == case.due_at
    # Reported on a Tuesday, five working days: the Tuesday after.
    assert case.due_at.astimezone(ZoneInfo("America/Toronto")).date() == date(2026, 3, 17)
    assert Entry.objects.filter(name="issues.reported", subject_id=issue.pk, channel=Channel.WEB).count() == 1


def test_sending_the_same_form_twice_makes_one_report(resident: Actor) -> None:
    category = CategoryFactory()
    first = make_issue(resident, category=category, idempotency_key="a" * 32)
    again = make_issue(resident, category=category, idempotency_key="a" * 32)
    assert first.pk == again.pk
    assert Issue.objects.count() == 1


def test_the_key_of_somebody_elses_form_gives_nothing_away(resident: Actor, other_resident: Actor) -> None:
    make_issue(resident, idempotency_key="a" * 32)
    with pytest.raises(NotAllowed):
        make_issue(other_resident, idempotency_key="a" * 32)
    assert Issue.objects.count() == 1


def test_a_visitor_may_report_unless_the_territory_wants_to_know_who(territory: Territory, visitor: Actor) -> None:
    issue = make_issue(visitor, contact=Contact(name="Lise", email="lise@example.test"))
    assert issue.person_id is None
    assert issue.case.contact_email == "lise@example.test"
    change_settings("issues", anonymous_allowed=False)
    with pytest.raises(NotAllowed):
        make_issue(visitor)


def test_a_place_next_door_is_refused_with_the_name_of_the_town(territory: Territory, neighbour: Territory) -> None:
    system = Actor.system(territory.pk)
    map_operations.store_boundary(actor=system, territory=territory, areas=[square(45.8, -71.9)], source="test")
    with use(territory=neighbour):
        map_operations.store_boundary(
            actor=Actor.system(neighbour.pk), territory=neighbour, areas=[square(46.8, -71.9)], source="test"
        )
    with pytest.raises(Invalid) as refusal:
        make_issue(lat=46.8)
    assert refusal.value.field == "place"
    assert refusal.value.params["town"] == neighbour.name
    with pytest.raises(Invalid) as nowhere:
        make_issue(lat=10.0)
    assert "town" not in nowhere.value.params


def test_too_long_a_text_is_refused(resident: Actor) -> None:
    with pytest.raises(Invalid) as refusal:
        make_issue(resident, description="a" * 10_000)
    assert refusal.value.field == "description"


def test_a_pdf_called_jpg_is_refused_and_nothing_is_written(resident: Actor) -> None:
    fake = SimpleUploadedFile("photo.jpg", b"%PDF-1.7\n" + b"0" * 600, content_type="image/jpeg")
    with pytest.raises(Invalid) as refusal, transaction.atomic():
        make_issue(resident, photos=[fake])
    assert refusal.value.field == "photos"
    assert Issue.objects.count() == Case.objects.count() == StoredFile.objects.count() == 0


def test_thirty_megabytes_are_refused(resident: Actor) -> None:
    huge = SimpleUploadedFile("photo.jpg", b"\xff\xd8\xff" + b"0" * (30 * 1024 * 1024), content_type="image/jpeg")
    with pytest.raises(TooMuch) as refusal:
        make_issue(resident, photos=[huge])
    assert refusal.value.params["size"] == 30


def test_six_photos_are_too_many(resident: Actor) -> None:
    with pytest.raises(TooMuch):
        make_issue(resident, photos=[photo(f"{n}.jpg") for n in range(6)])


def test_a_photo_is_private_until_released(resident: Actor, clerk: Actor) -> None:
    issue = make_issue(resident, photos=[photo()])
    [stored] = StoredFile.objects.filter(subject_id=issue.pk, purpose=PHOTO)
    with pytest.raises(Invalid):
        operations.release_photo(actor=clerk, issue=issue, photo=stored, is_public=True, now=NOW)
    prepare_photo(stored)
    stored.refresh_from_db()
    assert stored.state == FileState.READY
    assert list(queries.photos_of(issue, public_only=True)) == []
    operations.release_photo(actor=clerk, issue=issue, photo=stored, is_public=True, now=NOW)
    assert [p.pk for p in queries.photos_of(issue, public_only=True)] == [stored.pk]


def test_the_clerk_solves_with_an_answer(resident: Actor, clerk: Actor) -> None:
    issue = make_issue(resident)
    operations.accept_issue(actor=clerk, issue=issue, now=NOW)
    operations.resolve_issue(actor=clerk, issue=issue, answer="Rebouché ce matin.", now=NOW)
    issue.refresh_from_db()
    assert (issue.status, issue.answer, issue.resolved_at) == (Status.RESOLVED, "Rebouché ce matin.", NOW)
    assert Case.objects.get(pk=issue.case_id).state == State.CLOSED


def test_an_empty_answer_keeps_the_report_open(resident: Actor, clerk: Actor) -> None:
    issue = make_issue(resident)
    with pytest.raises(Invalid) as refusal:
        operations.resolve_issue(actor=clerk, issue=issue, answer="   ", now=NOW)
    assert refusal.value.field == "answer"
    issue.refresh_from_db()
    assert issue.status == Status.REPORTED


def test_solving_twice_is_refused(resident: Actor, clerk: Actor) -> None:
    issue = make_issue(resident)
    operations.resolve_issue(actor=clerk, issue=issue, answer="Fait.", now=NOW)
    with pytest.raises(WrongState), transaction.atomic():
        operations.resolve_issue(actor=clerk, issue=Issue.objects.get(pk=issue.pk), answer="Encore.", now=NOW)
    issue.refresh_from_db()
    assert issue.answer == "Fait."


def test_the_reporter_may_reopen(resident: Actor, clerk: Actor) -> None:
    issue = make_issue(resident)
    operations.resolve_issue(actor=clerk, issue=issue, answer="Fait.", now=NOW)
    issue = Issue.objects.select_related("case").get(pk=issue.pk)
    operations.reopen_issue(actor=resident, issue=issue, reason="Le trou est revenu.", now=NOW)
    issue.refresh_from_db()
    assert (issue.status, issue.answer, issue.resolved_at) == (Status.REPORTED, "", None)


def test_a_clerk_reports_for_somebody_on_the_telephone(resident: Actor, clerk: Actor) -> None:
    issue = make_issue(clerk.on_behalf_of(resident.person_id, Channel.PHONE))
    assert issue.person_id == resident.person_id
    entry = Entry.objects.get(name="issues.reported", subject_id=issue.pk)
    assert (entry.actor_id, entry.beneficiary_id, entry.channel) == (clerk.person_id, resident.person_id, "phone")


def test_a_report_follows_its_person_into_scope_mine(resident: Actor, neighbour: Territory) -> None:
    issue = make_issue(resident)
    with use(territory=neighbour, person=resident.person_id, scope=Scope.MINE):
        assert [row.code for row in Issue._base_manager.all()] == [issue.code]
    with use(territory=neighbour, person=resident.person_id):
        assert not Issue._base_manager.filter(pk=issue.pk).exists()


@pytest.mark.parametrize(
    "false",
    [
        {"status": "resolved", "answer": "x", "resolved_at": None},
        {"status": "reported", "answer": "x"},
        {"status": "resolved", "answer": "", "resolved_at": NOW},
        {"lat": 95.0},
    ],
)
def test_what_must_never_be_false_is_refused_by_the_database(resident: Actor, false: dict[str, object]) -> None:
    issue = make_issue(resident)
    with pytest.raises(IntegrityError), transaction.atomic():
        Issue.objects.filter(pk=issue.pk).update(**false)


def test_reopening_the_case_opens_the_report_again(resident: Actor, clerk: Actor) -> None:
    issue = make_issue(resident)
    operations.resolve_issue(actor=clerk, issue=issue, answer="Fait.", now=NOW)
    case = Case.objects.get(pk=issue.case_id)
    case_operations.reopen_case(actor=resident, case=case, now=NOW, text="Le trou est revenu.")
    event = Entry.objects.get(name="cases.reopened", subject_id=case.pk)
    for _ in range(2):
        subscribers.take_up_again(Event.of(event))
    issue.refresh_from_db()
    assert (issue.status, issue.answer, issue.resolved_at) == (Status.REPORTED, "", None)
    assert Entry.objects.filter(name="issues.reopened", subject_id=issue.pk).count() == 1


def test_a_merged_case_closes_its_report(resident: Actor, other_resident: Actor, clerk: Actor) -> None:
    category = CategoryFactory()
    first, second = make_issue(resident, category=category), make_issue(other_resident, category=category)
    merged, into = Case.objects.get(pk=second.case_id), Case.objects.get(pk=first.case_id)
    case_operations.merge_cases(actor=clerk, case=merged, into=into, now=NOW)
    subscribers.close_merged(Event.of(Entry.objects.get(name="cases.merged", subject_id=merged.pk)))
    second.refresh_from_db()
    first.refresh_from_db()
    assert (second.status, first.status) == (Status.DECLINED, Status.REPORTED)
    assert second.answer


def test_nobody_known_on_the_telephone_is_nobody_served(clerk: Actor) -> None:
    issue = make_issue(clerk.on_behalf_of(None, Channel.PHONE))
    assert Entry.objects.get(name="issues.reported", subject_id=issue.pk).beneficiary_id is None


def test_the_place_as_typed_stays_with_staff_until_they_put_it_right(resident: Actor, clerk: Actor) -> None:
    issue = make_issue(resident, address="chez Jean Tremblay")
    case = Case.objects.get(pk=issue.case_id)
    for name in ("stop_clock", "move_case"):
        assert "Tremblay" not in Issue.objects.get(pk=issue.pk).address
        if name == "stop_clock":
            case_operations.stop_clock(actor=clerk, case=case, reason="season", now=NOW)
            event = Entry.objects.get(name="cases.clock_stopped", subject_id=case.pk)
        else:
            case_operations.move_case(
                actor=clerk, case=case, now=NOW, place="47, rue Principale", lat=45.81, lon=-71.91
            )
            event = Entry.objects.get(name="cases.moved", subject_id=case.pk)
        subscribers.follow_case(Event.of(event))
    issue.refresh_from_db()
    assert (issue.address, issue.lat, issue.lon) == ("47, rue Principale", 45.81, -71.91)


def test_nobody_else_adds_a_photo(
    resident: Actor, other_resident: Actor, visitor: Actor, neighbour_clerk: Actor
) -> None:
    issue = make_issue(resident)
    for wrong in (other_resident, visitor, neighbour_clerk):
        with pytest.raises(NotAllowed):
            operations.add_photo(actor=wrong, issue=issue, photo=photo(), now=NOW)
    operations.add_photo(actor=resident, issue=issue, photo=photo(), now=NOW)


def test_the_map_shows_what_is_open_and_what_was_solved_lately(resident: Actor, clerk: Actor) -> None:
    category, window = CategoryFactory(), Window(45.7, -72, 45.9, -71.8)
    fresh, old, declined, waiting = (make_issue(resident, category=category) for _ in range(4))
    operations.resolve_issue(actor=clerk, issue=fresh, answer="Fait.", now=NOW - timedelta(days=29))
    operations.resolve_issue(actor=clerk, issue=old, answer="Fait.", now=NOW - timedelta(days=31))
    operations.decline_issue(actor=clerk, issue=declined, answer="Non.", now=NOW)
    assert {issue.code for issue in queries.in_window(window, now=NOW)} == {fresh.code, waiting.code}
