"""Reports that are passed on to another body: sent once, followed, brought home; and who may do it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from parvis.core.cases.models import CaseEvent, Message, Note
from parvis.core.files.models import FileState, StoredFile
from parvis.core.files.tests.pictures import picture
from parvis.core.tasks.operations import snapshot
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor, Channel
from parvis.lib.errors import Invalid, NotAllowed, WrongState
from parvis.modules.issues import operations, queries
from parvis.modules.issues.models import (
    Destination,
    Endpoint,
    Issue,
    MediaState,
    PassedOn,
    Stage,
    Submission,
)
from parvis.modules.issues.open311 import following, tasks

from .factories import NOW, make_issue, photo

# fixtures of this module too
from .open311_passed import body as body
from .open311_passed import destination as destination
from .open311_passed import hear, inside, later, send
from .open311_passed import issue as issue
from .open311_passed import remote as remote
from .open311_remote import Remote

pytestmark = pytest.mark.django_db


# -- sending ------------------------------------------------------------------------------------------------------


def test_a_report_is_passed_on_once(issue: Issue, clerk: Actor, remote: Remote) -> None:
    passed = operations.pass_on(actor=clerk, issue=issue, now=NOW)
    with pytest.raises(WrongState):
        operations.pass_on(actor=clerk, issue=issue, now=NOW)
    passed = send(passed)
    assert (passed.stage, passed.request_id) == (Stage.SENT, "1000")
    send(passed)
    [taken] = remote.taken
    assert taken["service_code"] == "7"
    assert taken["jurisdiction_id"] == "voisine.test"
    assert taken["api_key"] == "xyz"
    assert taken["attribute[SIDE]"] == "L"
    assert taken["description"].startswith("Trou <b>profond</b>")
    assert issue.code in taken["description"]
    assert (float(taken["lat"]), float(taken["long"])) == (issue.lat, issue.lon)
    assert not {"email", "phone", "first_name", "last_name", "media_url"} & set(taken), "never who reported"
    issue.refresh_from_db()
    assert issue.status == "accepted"
    assert "passed_on" in set(CaseEvent.objects.filter(case=issue.case).values_list("name", flat=True))
    assert queries.passed_on_to(issue) == "Ville voisine"


def test_words_stay_here_where_the_town_wants_that(issue: Issue, clerk: Actor, remote: Remote) -> None:
    Endpoint.objects.update(shares_words=False)
    send(operations.pass_on(actor=clerk, issue=issue, now=NOW))
    assert "Trou" not in remote.taken[0]["description"]


def test_the_reporters_own_answer_goes_first(destination: Destination, clerk: Actor, remote: Remote) -> None:
    issue = make_issue(category=destination.category)
    row = {"code": "SIDE", "kind": "singlevaluelist", "label": {"fr": "Côté"}, "value": "R", "shown": {"fr": "Droite"}}
    Issue.objects.filter(pk=issue.pk).update(answers=[row])
    send(operations.pass_on(actor=clerk, issue=issue, now=NOW))
    assert remote.taken[0]["attribute[SIDE]"] == "R"


def test_only_a_released_photo_goes_along(destination: Destination, clerk: Actor, remote: Remote) -> None:
    issue = make_issue(category=destination.category, photos=[photo()])
    StoredFile.objects.update(state=FileState.READY, is_public=True)
    send(operations.pass_on(actor=clerk, issue=issue, now=NOW))
    assert str(StoredFile.objects.get().pk) in remote.taken[0]["media_url"]


def test_a_lost_answer_makes_no_second_request(issue: Issue, clerk: Actor, remote: Remote) -> None:
    remote.mode = "lost"
    passed = send(operations.pass_on(actor=clerk, issue=issue, now=NOW))
    assert (passed.stage, passed.request_id, len(remote.taken)) == (Stage.SENDING, "", 1)
    remote.mode = "ok"
    passed = send(passed, 5)
    assert (passed.stage, passed.request_id, len(remote.taken)) == (Stage.SENT, "1000", 1)


def test_a_lost_answer_where_words_are_not_shown_is_found_by_its_place(
    issue: Issue, clerk: Actor, remote: Remote
) -> None:
    remote.mode, remote.shows_words = "lost", False
    passed = send(operations.pass_on(actor=clerk, issue=issue, now=NOW))
    remote.mode = "ok"
    assert send(passed, 5).request_id == "1000"
    assert len(remote.taken) == 1


def test_when_nobody_can_tell_a_clerk_looks(issue: Issue, clerk: Actor, remote: Remote) -> None:
    remote.mode, remote.shows_words = "lost", False
    passed = send(operations.pass_on(actor=clerk, issue=issue, now=NOW))
    remote.take({"lat": [str(issue.lat)], "long": [str(issue.lon)]})  # somebody else's, at the same place
    remote.mode = "ok"
    passed = send(passed, 5)
    assert (passed.stage, len(remote.taken)) == (Stage.REFUSED, 2)
    assert passed.trouble


def test_what_never_arrived_is_sent_again_with_the_same_key(issue: Issue, clerk: Actor, remote: Remote) -> None:
    remote.mode = "down"
    passed = send(operations.pass_on(actor=clerk, issue=issue, now=NOW))
    assert "CRM is down" in passed.trouble
    assert passed.next_at > NOW
    remote.mode = "ok"
    assert send(passed, 5).stage == Stage.SENT
    assert len(set(remote.once)) == 1
    assert len(remote.taken) == 1


def test_a_crash_after_the_call_is_known(issue: Issue, clerk: Actor, remote: Remote, monkeypatch: Any) -> None:
    passed = operations.pass_on(actor=clerk, issue=issue, now=NOW)

    def killed(*args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(following, "_arrived", killed)
        following.send(passed.pk, inside(), later(1))
    assert send(passed, 5).request_id == "1000"
    assert len(remote.taken) == 1


def test_a_refusal_is_shown_to_the_clerk(issue: Issue, clerk: Actor, remote: Remote) -> None:
    remote.mode = "refuse"
    passed = send(operations.pass_on(actor=clerk, issue=issue, now=NOW))
    assert passed.stage == Stage.REFUSED
    assert passed.trouble == "400 base is <b>a duplicate"
    remote.mode = "ok"
    assert send(operations.pass_on(actor=clerk, issue=issue, now=NOW)).stage == Stage.SENT, "a clerk tries anew"


def test_a_token_becomes_a_number(issue: Issue, clerk: Actor, remote: Remote) -> None:
    remote.mode = "token"
    passed = send(operations.pass_on(actor=clerk, issue=issue, now=NOW))
    assert (passed.stage, passed.token) == (Stage.TOKEN, "t1000")
    following.find_number(passed.pk, inside(), later(3))
    passed.refresh_from_db()
    assert passed.stage == Stage.TOKEN, "not yet"
    remote.mode = "ok"
    following.find_number(passed.pk, inside(), later(9))
    passed.refresh_from_db()
    assert (passed.stage, passed.request_id) == (Stage.SENT, "1000")
    assert CaseEvent.objects.filter(case=issue.case, name="passed_on").count() == 1


def test_only_who_works_on_it_passes_it_on(issue: Issue, resident: Actor, clerk: Actor, neighbour_clerk: Actor) -> None:
    for actor in (resident, neighbour_clerk):
        with pytest.raises(NotAllowed):
            operations.pass_on(actor=actor, issue=issue, now=NOW)
    passed = operations.pass_on(actor=clerk, issue=issue, now=NOW)
    for step in (operations.try_again, operations.stop_following):
        with pytest.raises(NotAllowed):
            step(actor=resident, passed=passed, now=NOW)
    operations.stop_following(actor=clerk, passed=passed, now=NOW)
    with pytest.raises(WrongState):
        operations.try_again(actor=clerk, passed=passed, now=NOW)


def test_what_ended_or_has_no_body_is_not_passed_on(issue: Issue, clerk: Actor) -> None:
    with pytest.raises(Invalid):
        operations.pass_on(actor=clerk, issue=make_issue(), now=NOW)
    passed = operations.pass_on(actor=clerk, issue=issue, now=NOW)
    operations.resolve_issue(actor=clerk, issue=issue, answer="Fait ici.", now=NOW)
    assert send(passed).stage == Stage.STOPPED
    with pytest.raises(WrongState):
        operations.pass_on(actor=clerk, issue=issue, now=NOW)


# -- hearing ------------------------------------------------------------------------------------------------------


def test_what_happens_there_comes_home(issue: Issue, clerk: Actor, remote: Remote) -> None:
    passed = hear(send(operations.pass_on(actor=clerk, issue=issue, now=NOW)))
    assert (passed.remote_status, Message.objects.count()) == ("open", 0)
    remote.change("1000", status_notes="Une équipe\x07 passe <b>mardi</b>.")
    hear(passed, 40)
    hear(passed, 60)
    [message] = Message.objects.filter(case=issue.case)
    assert message.text == "Ville voisine\u00a0: Une équipe passe <b>mardi</b>."
    assert message.from_staff
    remote.change("1000", status="closed", status_notes="Réparé.")
    passed = hear(passed, 80)
    assert (passed.stage, passed.issue.status) == (Stage.CLOSED, "resolved")
    assert "Réparé." in passed.issue.answer
    assert "Ville voisine" in passed.issue.answer
    hear(passed, 100)


def test_a_clerk_may_look_before_it_is_closed_here(issue: Issue, clerk: Actor, remote: Remote) -> None:
    Endpoint.objects.update(closes_here=False)
    passed = send(operations.pass_on(actor=clerk, issue=issue, now=NOW))
    remote.change("1000", status="closed", status_notes="Not ours.")
    passed = hear(passed)
    assert (passed.stage, passed.issue.status) == (Stage.CLOSED, "accepted")
    assert "Not ours." in Note.objects.get(case=issue.case).text


def test_a_silent_or_forgetful_body_ends_nothing(issue: Issue, clerk: Actor, remote: Remote) -> None:
    passed = send(operations.pass_on(actor=clerk, issue=issue, now=NOW))
    del remote.state["1000"]
    passed = hear(passed)
    assert passed.trouble
    remote.mode = "down"
    passed = hear(passed, 40)
    assert (passed.stage, passed.issue.is_open) == (Stage.SENT, True)
    assert "CRM is down" in passed.trouble


def test_what_ended_here_is_followed_no_longer(issue: Issue, clerk: Actor, remote: Remote) -> None:
    passed = send(operations.pass_on(actor=clerk, issue=issue, now=NOW))
    issue.refresh_from_db()
    operations.resolve_issue(actor=clerk, issue=issue, answer="Fait ici.", now=NOW)
    remote.change("1000", status="closed", status_notes="Fait là-bas.")
    passed = hear(passed)
    assert (passed.stage, passed.issue.answer) == (Stage.STOPPED, "Fait ici.")


def waiting_jobs(name: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s AND status = 'todo'", [name])
        return cursor.fetchone()[0]


def test_the_round_gives_one_call_for_many(destination: Destination, clerk: Actor, remote: Remote) -> None:
    for _ in range(3):
        send(operations.pass_on(actor=clerk, issue=make_issue(category=destination.category), now=NOW))
    PassedOn.objects.update(next_at=datetime(2020, 1, 1, tzinfo=UTC))
    tasks.look_after(context=snapshot())
    assert waiting_jobs("issues.open311_hear") == 1
    before = len(remote.asked)
    ids = [str(passed.pk) for passed in PassedOn.objects.all()]
    tasks.hear(context=snapshot(), endpoint=str(destination.endpoint_id), passed=ids)
    assert len(remote.asked) == before + 1
    assert PassedOn.objects.filter(remote_status="open").count() == 3


def test_at_once_where_the_town_said_so(destination: Destination, clerk: Actor, resident: Actor) -> None:
    from parvis.core.audit.models import Entry
    from parvis.core.events.operations import Event
    from parvis.modules.issues import subscribers

    Destination.objects.update(is_automatic=True)
    mine = make_issue(resident, category=destination.category)
    event = Event.of(Entry.objects.get(name="issues.reported", subject_id=mine.pk))
    subscribers.pass_on_at_once(event)
    subscribers.pass_on_at_once(event)
    assert PassedOn.objects.get().issue == mine
    theirs = make_issue(Actor.visitor(mine.territory_id, Channel.PARTNER), category=destination.category)
    Submission.objects.create(issue=theirs)
    subscribers.pass_on_at_once(Event.of(Entry.objects.get(name="issues.reported", subject_id=theirs.pk)))
    assert PassedOn.objects.count() == 1, "what came in by a program does not leave by itself"


# -- pictures -----------------------------------------------------------------------------------------------------


@pytest.fixture
def sent_in(remote: Remote, territory: Territory) -> Submission:
    return Submission.objects.create(
        issue=make_issue(), media_url=f"{remote.url}/photo.jpg", media_state=MediaState.WAITING
    )


def test_a_picture_of_our_own_network_is_not_fetched(sent_in: Submission, settings: Any, remote: Remote) -> None:
    settings.OUTBOUND_NETWORKS = ()
    tasks.fetch_media(context=snapshot(), submission=str(sent_in.pk))
    sent_in.refresh_from_db()
    assert (sent_in.media_state, sent_in.media_url) == (MediaState.REFUSED, "")
    assert remote.asked == []


def test_what_is_no_picture_is_refused(sent_in: Submission, remote: Remote) -> None:
    remote.mode = "garbage"
    tasks.fetch_media(context=snapshot(), submission=str(sent_in.pk))
    sent_in.refresh_from_db()
    assert sent_in.media_state == MediaState.REFUSED
    assert StoredFile.objects.count() == 0


def test_a_picture_is_kept_and_not_shown(sent_in: Submission, monkeypatch: Any, remote: Remote) -> None:
    from .open311_remote import _XML

    monkeypatch.setitem(_XML, "photo.jpg", (picture(), 200))
    remote.mode = "xml"
    for _ in range(2):
        tasks.fetch_media(context=snapshot(), submission=str(sent_in.pk))
    stored = StoredFile.objects.get()
    assert (stored.subject_id, stored.is_public, stored.purpose) == (sent_in.issue_id, False, "issues.photo")
