"""Many reports at once: done by the operations of one, with what was refused and why."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from parvis.core.cases import tasks
from parvis.core.cases.models import BulkRun, CannedAnswer, Case
from parvis.core.cases.operations import Contact, save_canned_answer
from parvis.core.cases.operations.bulk import do_next, forget_runs, start_run
from parvis.core.content.operations import ensure_territory_content
from parvis.core.identity.models import Person, Team
from parvis.core.identity.tests.factories import make_staff, sign_in, staff_actor
from parvis.core.tasks.operations import snapshot
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, NotAllowed
from parvis.lib.ids import new_id
from parvis.modules.issues import operations
from parvis.modules.issues.models import Issue
from parvis.modules.issues.workflow import Status

from .factories import NOW, CategoryFactory, make_issue

pytestmark = pytest.mark.django_db


def run_all(actor: Actor, act: str, issues: list[Issue], **said: str) -> BulkRun:
    run = start_run(actor=actor, act=act, case_ids=[issue.case_id for issue in issues], now=NOW, **said)
    while do_next(run_id=run.pk, actor=actor, now=NOW):
        pass
    run.refresh_from_db()
    return run


def test_each_is_done_and_what_cannot_be_is_left_with_its_reason(visitor: Actor, clerk: Actor) -> None:
    category = CategoryFactory()
    issues = [make_issue(visitor, category=category) for _ in range(4)]
    operations.resolve_issue(actor=clerk, issue=issues[1], answer="Fait.", now=NOW)
    run = run_all(clerk, "issues.accept", issues)
    assert (run.total, run.done, run.waiting, run.finished_at) == (4, 3, [], NOW)
    assert [line["code"] for line in run.refused] == [issues[1].code]
    assert run.refused[0]["reason"]
    assert Issue.objects.filter(status=Status.ACCEPTED).count() == 3


def test_answers_are_filled_for_each_person_and_then_forgotten(visitor: Actor, clerk: Actor) -> None:
    category = CategoryFactory()
    issues = [make_issue(visitor, category=category, contact=Contact(name=name)) for name in ("Léa Roy", "")]
    run = run_all(clerk, "issues.resolve", issues, text="Bonjour {{prenom}}, {{categorie}} : réparé ({{code}}).")
    assert run.text == ""
    said = set(Issue.objects.values_list("answer", flat=True))
    assert said == {
        f"Bonjour Léa, Nid-de-poule : réparé ({issues[0].code}).",
        f"Bonjour, Nid-de-poule : réparé ({issues[1].code}).",
    }


def test_to_a_team_and_to_another_kind(visitor: Actor, clerk: Actor) -> None:
    team = Team.objects.create(slug="voirie", name="Voirie")
    category, other = CategoryFactory(), CategoryFactory(label_fr="Lampadaire")
    issues = [make_issue(visitor, category=category) for _ in range(2)]
    run_all(clerk, "team", issues, choice=str(team.pk))
    assert Case.objects.filter(team=team).count() == 2
    run_all(clerk, "issues.category", issues, choice=other.slug)
    assert Issue.objects.filter(category=other).count() == 2


def test_a_run_needs_what_its_act_asks(visitor: Actor, clerk: Actor) -> None:
    issue = make_issue(visitor)
    for act, said in [
        ("issues.resolve", {}),
        ("issues.resolve", {"text": "Bonjour {{mot_de_passe}}"}),
        ("team", {"choice": str(new_id())}),
        ("issues.category", {"choice": "rien"}),
        ("rien", {}),
    ]:
        with pytest.raises(Invalid):
            start_run(actor=clerk, act=act, case_ids=[issue.case_id], now=NOW, **said)
    with pytest.raises(Invalid):
        start_run(actor=clerk, act="issues.accept", case_ids=[], now=NOW)
    run = start_run(actor=clerk, act="issues.accept", case_ids=[issue.case_id], now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        BulkRun.objects.filter(pk=run.pk).update(done=2)


def test_the_wrong_person_changes_nothing(
    territory: Territory, resident: Actor, neighbour_clerk: Actor, clerk: Actor
) -> None:
    issue = make_issue(resident)
    for wrong in (resident, neighbour_clerk):
        with pytest.raises(NotAllowed):
            start_run(actor=wrong, act="issues.accept", case_ids=[issue.case_id], now=NOW)
    run = start_run(actor=clerk, act="issues.accept", case_ids=[issue.case_id], now=NOW)
    with pytest.raises(NotAllowed):
        do_next(run_id=run.pk, actor=staff_actor(territory), now=NOW)
    elsewhere = staff_actor(territory, "issues.work", district_id=new_id())
    run = run_all(elsewhere, "issues.accept", [issue])
    assert (run.done, len(run.refused)) == (0, 1)
    reader = staff_actor(territory, "cases.view")
    assert run_all(reader, "issues.accept", [issue]).done == 0
    issue.refresh_from_db()
    assert issue.status == Status.REPORTED


def test_the_worker_carries_on_where_it_was_stopped(territory: Territory, visitor: Actor) -> None:
    person = make_staff(territory)
    actor = staff_actor(territory, person=person)
    category = CategoryFactory()
    issues = [make_issue(visitor, category=category) for _ in range(5)]
    run = start_run(actor=actor, act="issues.accept", case_ids=[issue.case_id for issue in issues], now=NOW)
    do_next(run_id=run.pk, actor=actor, now=NOW)
    for _ in range(2):
        tasks.carry_on(context=snapshot(), run=str(run.pk))
    run.refresh_from_db()
    assert (run.done, run.refused) == (5, [])
    assert forget_runs(now=NOW + timedelta(days=20)) == 0
    assert forget_runs(now=NOW + timedelta(days=400)) == 1


def client_of(territory: Territory, person: Person) -> Client:
    client = Client(headers={"host": "localhost"})
    sign_in(client, person)
    return client


def test_a_clerk_ticks_confirms_and_reads_what_was_done(territory: Territory, visitor: Actor, clerk: Actor) -> None:
    ensure_territory_content(territory)
    save_canned_answer(actor=clerk, answer=CannedAnswer(name="Réparé", text_fr="C'est réparé."), now=NOW)
    category = CategoryFactory()
    issues = [make_issue(visitor, category=category) for _ in range(3)]
    client, base = client_of(territory, make_staff(territory)), f"/{territory.slug}/bureau/dossiers/"
    assert 'form="bulk"' in client.get(base).content.decode()
    said = {"act": "issues.resolve", "case": [str(issue.case_id) for issue in issues[:2]]}
    asked = client.post(f"{base}ensemble/", said)
    assert "Réparé" in asked.content.decode()
    ids = ",".join(said["case"])
    assert client.post(f"{base}ensemble/faire/", {"act": "issues.resolve", "cases": ids}).status_code == 422
    answer = client.post(f"{base}ensemble/faire/", {"act": "issues.resolve", "cases": ids, "text": "Réparé."})
    assert answer.status_code == 302
    assert issues[0].code not in client.get(answer.headers["Location"]).content.decode()
    assert Issue.objects.filter(status=Status.RESOLVED).count() == 2
    everything = client.post(f"{base}ensemble/", {"act": "issues.accept", "all": "1", "query": "state=open"})
    assert everything.status_code == 200
    assert str(issues[2].case_id) in everything.content.decode()
    assert str(issues[0].case_id) not in everything.content.decode()
    stranger = client_of(territory, make_staff(territory))
    assert stranger.get(answer.headers["Location"]).status_code == 404
