"""A report goes to another body, becomes a report there, and what happens there comes home."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage

from parvis.core.cases import operations as cases
from parvis.core.cases.models import Case, HandOver, Side
from parvis.core.cases.tests.factories import run_queue
from parvis.core.cases.workflow import State
from parvis.core.files.models import FileState, StoredFile
from parvis.core.files.operations import prepare_photo
from parvis.core.identity.tests.factories import MembershipFactory, PresenceFactory, staff_actor
from parvis.core.notifications.models import InboxMessage
from parvis.core.privacy.operations import erase_person
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import set_switch
from parvis.lib.actor import Actor, Channel
from parvis.lib.errors import Invalid, NotAllowed
from parvis.modules.issues import operations, receiving
from parvis.modules.issues.models import PHOTO, Category, Issue
from parvis.modules.issues.workflow import Status

from .factories import NOW, CategoryFactory, make_issue, photo

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def region(territory: Territory, region: Territory) -> Territory:
    """The regional body of the town, with the town's kind of problem under the same name."""
    MembershipFactory(territory=territory, body=region)
    CategoryFactory(territory=region, slug="nid-de-poule", promised_days=8)
    return region


@pytest.fixture
def issue(territory: Territory, region: Territory, resident: Actor, clerk: Actor) -> Issue:
    """A report with a photo, its words and photo released at home."""
    found = make_issue(
        resident,
        category=CategoryFactory(slug="nid-de-poule"),
        address="12 rue du Moulin",
        description="gros trou",
        photos=[photo()],
    )
    run_queue()
    stored = StoredFile.objects.get(purpose=PHOTO)
    prepare_photo(stored)
    stored.refresh_from_db()
    operations.release_photo(actor=clerk, issue=found, photo=stored, is_public=True, now=NOW)
    operations.release_text(actor=clerk, issue=found, is_public=True, now=NOW)
    return found


def hand_over(issue: Issue, clerk: Actor, to: Territory, **given: object) -> HandOver:
    row = cases.hand_over_case(actor=clerk, case=issue.case, to=to, reason="Chemin régional", now=LATER, **given)
    run_queue()
    return row


@pytest.fixture
def sent(issue: Issue, clerk: Actor, region: Territory) -> HandOver:
    return hand_over(issue, clerk, region)


@pytest.fixture
def at_region(sent: HandOver, region: Territory) -> Iterator[Territory]:
    """The test goes on at the receiver."""
    with use(territory=region):
        yield region


def told(person: Actor) -> list[str]:
    """Return the subjects of what a person was told by the territory in force, oldest first."""
    rows = InboxMessage.objects.filter(person_id=person.person_id).order_by("created_at", "id")
    return [row.subject for row in rows]


def test_the_receivers_clerk_finds_a_report_like_any_other(at_region: Territory, issue: Issue) -> None:
    there = Issue.objects.select_related("case", "category").get()
    assert (there.description, there.address, there.status) == ("gros trou", issue.address, Status.REPORTED)
    assert there.case.place == "12 rue du Moulin"
    assert (there.lat, there.lon, there.category.slug) == (issue.lat, issue.lon, "nid-de-poule")
    assert (there.is_text_public, there.is_hidden) == (False, False)
    assert (there.case.due_days, there.due_at) == (8, there.case.due_at)
    assert there.code != issue.code


def test_the_photo_is_copied_there_private_again(at_region: Territory, territory: Territory) -> None:
    copy = StoredFile.objects.get(purpose=PHOTO)
    assert (copy.subject_id, copy.territory_id) == (Issue.objects.get().pk, at_region.pk)
    assert (copy.state, copy.is_public, copy.person_id) == (FileState.READY, False, None)
    with default_storage.open(copy.key("full")) as body:
        assert body.read(2) == b"\xff\xd8"
    with use(territory=territory):
        assert StoredFile.objects.get(purpose=PHOTO).is_public, "what is released at home stays so"


def test_the_sender_reads_no_file_of_the_receiver(sent: HandOver, territory: Territory) -> None:
    assert StoredFile.objects.filter(purpose=PHOTO).count() == 1


def test_delivered_twice_it_is_one_report(at_region: Territory, clerk: Actor) -> None:
    case = Case.objects.get()
    first = Issue.objects.get()
    again = receiving.open_received(actor=staff_actor(at_region), case=case, category=first.category, now=LATER)
    assert again.pk == first.pk
    assert Issue.objects.count() == StoredFile.objects.filter(purpose=PHOTO).count() == 1


def test_solved_there_is_solved_here_and_the_reporter_is_told_once(
    sent: HandOver, issue: Issue, region: Territory, resident: Actor
) -> None:
    theirs = staff_actor(region)
    with use(territory=region):
        there = Issue.objects.select_related("case", "category").get()
        operations.accept_issue(actor=theirs, issue=there, now=LATER)
    run_queue()
    sent.refresh_from_db()
    issue.refresh_from_db()
    assert (sent.state, issue.status) == ("accepted", Status.ACCEPTED), "working on it is taking it on"
    with use(territory=region):
        there = Issue.objects.select_related("case", "category").get()
        operations.resolve_issue(actor=theirs, issue=there, answer="Rebouché.", now=LATER, photos=[photo("apres.jpg")])
    run_queue()
    for row in (sent, issue, case := Case.objects.get(pk=issue.case_id)):
        row.refresh_from_db()
    assert (sent.state, sent.other_state) == ("done", "closed")
    assert (issue.status, issue.answer, case.state) == (Status.RESOLVED, "Rebouché.", State.CLOSED)
    assert [file["name"] for file in sent.answer["details"]["files"] if "id" in file] == ["apres.jpg"]
    heard = told(resident)
    assert sum("réglé" in line.lower() or "solved" in line.lower() for line in heard) == 1
    assert not InboxMessage.objects.filter(notice__contains="clock_resumed").exists(), "it is done: nothing goes on"
    with use(territory=region):
        assert InboxMessage.objects.count() == 0, "the receiver does not speak to the reporter"


def test_with_agreement_the_reporter_is_told_once_too(
    issue: Issue, clerk: Actor, region: Territory, resident: Actor
) -> None:
    PresenceFactory(person_id=resident.person_id, territory=region)
    hand_over(issue, clerk, region, shares_contact=True)
    with use(territory=region):
        there = Issue.objects.select_related("case", "category").get()
        assert there.person_id == resident.person_id
        operations.resolve_issue(actor=staff_actor(region), issue=there, answer="Fait.", now=LATER)
    run_queue()
    with use(territory=region):
        assert told(resident) == []
    issue.refresh_from_db()
    assert issue.status == Status.RESOLVED


def test_closed_without_work_there_comes_back_to_the_clerk(sent: HandOver, issue: Issue, region: Territory) -> None:
    with use(territory=region):
        there = Issue.objects.select_related("case", "category").get()
        operations.decline_issue(actor=staff_actor(region), issue=there, answer="Pas cette année.", now=LATER)
    run_queue()
    sent.refresh_from_db()
    issue.refresh_from_db()
    case = Case.objects.get(pk=issue.case_id)
    assert (sent.state, sent.answer["details"]["answer"]) == ("done", "Pas cette année.")
    assert (issue.is_open, case.state) == (True, State.OPEN)


def test_a_refusal_closes_the_report_there_and_hides_it(sent: HandOver, issue: Issue, region: Territory) -> None:
    with use(territory=region):
        row = HandOver.objects.select_related("case").get()
        cases.refuse_hand_over(actor=staff_actor(region), hand_over=row, now=LATER, text="Pas à nous")
    run_queue()
    with use(territory=region):
        there = Issue.objects.get()
        assert (there.status, there.is_hidden) == (Status.DECLINED, True)
    issue.refresh_from_db()
    assert (issue.is_open, Case.objects.get(pk=issue.case_id).state) == (True, State.OPEN)


def test_handing_it_to_where_it_came_from_sends_it_back(
    sent: HandOver, territory: Territory, region: Territory
) -> None:
    with use(territory=region):
        back = cases.hand_over_case(
            actor=staff_actor(region), case=Case.objects.get(), to=territory, reason="Rue municipale", now=LATER
        )
        assert (back.side, back.state) == (Side.RECEIVED, "refused")
        assert HandOver.objects.count() == 1
    run_queue()
    sent.refresh_from_db()
    assert (sent.state, sent.answer["text"]) == ("refused", "Rue municipale")


def test_it_never_goes_round_in_a_circle(
    sent: HandOver, territory: Territory, region: Territory, neighbour: Territory
) -> None:
    with use(territory=region):
        theirs = staff_actor(region)
        cases.hand_over_case(actor=theirs, case=Case.objects.get(), to=neighbour, reason="", now=LATER)
    run_queue()
    with use(territory=neighbour):
        with pytest.raises(Invalid) as refusal:
            cases.hand_over_case(
                actor=staff_actor(neighbour), case=Case.objects.get(), to=territory, reason="", now=LATER
            )
        assert refusal.value.field == "to"


def test_pressing_twice_hands_it_over_once(sent: HandOver, issue: Issue, clerk: Actor, region: Territory) -> None:
    again = cases.hand_over_case(actor=clerk, case=issue.case, to=region, reason="", now=LATER)
    assert again.pk == sent.pk
    run_queue()
    with use(territory=region):
        assert Case.objects.count() == 1


def test_joined_to_another_there_it_ends_with_that_one(sent: HandOver, issue: Issue, region: Territory) -> None:
    theirs = staff_actor(region)
    with use(territory=region):
        there = Issue.objects.select_related("case", "category").get()
        other = make_issue(
            theirs.on_behalf_of(None, Channel.PHONE), category=there.category, description="le même trou"
        )
        cases.merge_cases(actor=theirs, case=there.case, into=other.case, now=LATER)
    run_queue()
    with use(territory=region):
        other = Issue.objects.select_related("case", "category").get(pk=other.pk)
        operations.resolve_issue(actor=theirs, issue=other, answer="Rebouché d'un coup.", now=LATER)
    run_queue()
    issue.refresh_from_db()
    assert (issue.status, issue.answer) == (Status.RESOLVED, "Rebouché d'un coup.")
    sent.refresh_from_db()
    assert "le même trou" not in str(sent.answer), "what somebody else wrote there stays there"


def test_a_kind_that_does_not_exist_there_is_chosen_by_the_clerk(
    issue: Issue, clerk: Actor, region: Territory, neighbour_clerk: Actor
) -> None:
    with use(territory=region):
        Category.objects.update(slug="autre", label_fr="Autre chose")
    hand_over(issue, clerk, region)
    with use(territory=region):
        case, category = Case.objects.get(), Category.objects.get()
        assert not Issue.objects.exists()
        with pytest.raises(NotAllowed):
            receiving.open_received(actor=neighbour_clerk, case=case, category=category, now=LATER)
        made = receiving.open_received(
            actor=staff_actor(region, "issues.work"), case=case, category=category, now=LATER
        )
        assert (made.description, StoredFile.objects.get().purpose) == ("gros trou", PHOTO)


def test_a_territory_without_the_module_gets_a_case_it_can_end(issue: Issue, clerk: Actor, region: Territory) -> None:
    from parvis.core.cases.kinds import closes_itself

    with use(territory=region):
        set_switch(module="issues", is_on=False)
    hand_over(issue, clerk, region)
    with use(territory=region):
        case = Case.objects.get()
        assert not Issue.objects.exists()
        assert not closes_itself(case)
        cases.close_case(actor=staff_actor(region), case=case, text="Vu.", now=LATER)
    run_queue()
    assert HandOver.objects.get().state == "done"
    issue.refresh_from_db()
    assert issue.is_open, "our clerk looks at what was answered"


def test_erased_at_the_sender_it_is_erased_at_the_receiver(
    sent: HandOver, territory: Territory, region: Territory, resident: Actor, clerk: Actor
) -> None:
    with use(territory=region):
        assert "gros trou" in str(HandOver.objects.get().frozen)
    erase_person(actor=clerk, person_id=resident.person_id, now=LATER)
    run_queue()
    with use(territory=region):
        row, there, case = HandOver.objects.get(), Issue.objects.get(), Case.objects.get()
        assert "gros trou" not in str(row.frozen) and "Moulin" not in str(row.frozen)
        assert (row.reason, there.description, case.subject, case.place) == ("", "", "—", "")
        assert not StoredFile.objects.exists(), "the photo, never released there, is gone"
        assert there.is_open, "the hole is still to be filled"


def test_erased_before_it_was_delivered_nothing_arrives(
    issue: Issue, clerk: Actor, region: Territory, resident: Actor
) -> None:
    cases.hand_over_case(actor=clerk, case=issue.case, to=region, reason="", now=LATER)
    erase_person(actor=clerk, person_id=resident.person_id, now=LATER)
    run_queue()
    with use(territory=region):
        case = Case.objects.get()
        assert case.subject == "—"
        assert "trou" not in str(HandOver.objects.get().frozen)
        assert not Issue.objects.exists()


def test_somebody_who_entered_there_keeps_their_case_there(
    issue: Issue, clerk: Actor, region: Territory, resident: Actor
) -> None:
    PresenceFactory(person_id=resident.person_id, territory=region)
    hand_over(issue, clerk, region, shares_contact=True)
    erase_person(actor=clerk, person_id=resident.person_id, now=LATER)
    run_queue()
    with use(territory=region):
        assert "gros trou" not in str(HandOver.objects.get().frozen)
        assert Issue.objects.get().description == "gros trou", "they ask there"


def test_the_kind_of_a_report_can_be_corrected(
    territory: Territory, resident: Actor, clerk: Actor, neighbour_clerk: Actor
) -> None:
    found = make_issue(resident)
    other = CategoryFactory(slug="lampadaire", label_fr="Lampadaire")
    with pytest.raises(NotAllowed):
        operations.recategorise_issue(actor=neighbour_clerk, issue=found, category=other, now=NOW)
    operations.recategorise_issue(actor=clerk, issue=found, category=other, now=NOW)
    found.refresh_from_db()
    assert (found.category, found.case.due_days) == (other, 5)
    assert Case.objects.get(pk=found.case_id).subject == "Lampadaire : gros trou devant l'école"
