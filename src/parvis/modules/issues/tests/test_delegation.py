"""A town lets the staff of its regional body handle its reports: from report to answer, and by the wrong people.

The files stay the town's. The body's staff open them there, see them in one list at home, and lose sight of them the
moment the service is taken back.
"""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import set_script_prefix
from django.utils import timezone

from parvis.core.audit.models import Entry, View
from parvis.core.cases import operations as cases
from parvis.core.cases import queries as case_queries
from parvis.core.cases.models import Case, Message
from parvis.core.cases.queries import WorkFilter
from parvis.core.content.tests.factories import make_content
from parvis.core.files.models import StoredFile
from parvis.core.files.operations import prepare_photo
from parvis.core.identity.actors import actor_of
from parvis.core.identity.models import Person
from parvis.core.identity.tests.factories import MembershipFactory, PersonFactory, make_staff, resident_actor, sign_in
from parvis.core.privacy.queries import looks_at
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Territory
from parvis.core.territories import operations as ties
from parvis.core.territories.models import Delegation
from parvis.lib.actor import Actor
from parvis.lib.errors import NotAllowed
from parvis.modules.issues import operations, rules
from parvis.modules.issues.models import Issue
from parvis.modules.issues.workflow import Status

from .factories import CategoryFactory, make_issue, photo

pytestmark = pytest.mark.django_db
ALL = WorkFilter()


@pytest.fixture(autouse=True)
def back_offices(territory: Territory, neighbour: Territory, region: Territory) -> None:
    for town in (territory, neighbour, region):
        make_content(town)
    for town in (territory, neighbour):
        MembershipFactory(territory=town, body=region)
    set_script_prefix("/")


@pytest.fixture
def reporter(territory: Territory) -> Person:
    return PersonFactory(entered=[territory], name="Judith Marchand")


@pytest.fixture
def report(territory: Territory, reporter: Person) -> Issue:
    """A resident's report in the town that delegates."""
    issue = make_issue(resident_actor(territory, reporter), now=timezone.now(), photos=[photo()])
    for stored in StoredFile.objects.all():
        prepare_photo(stored)
    return issue


@pytest.fixture
def next_door(neighbour: Territory) -> Issue:
    """A report in the town that delegates nothing."""
    with use(territory=neighbour):
        return make_issue(category=CategoryFactory(), now=timezone.now())


@pytest.fixture
def mireille(region: Territory) -> Person:
    """A clerk of the regional body."""
    with use(territory=region):
        return make_staff(region, person=PersonFactory(entered=[region], name="Mireille Sévigny"))


@pytest.fixture
def delegation(territory: Territory, region: Territory, clerk: Actor) -> Delegation:
    # The database's clock stands still in a transaction: what it looks at must have begun before.
    begun = timezone.now() - timedelta(minutes=1)
    return ties.delegate(actor=clerk, territory=territory, to=region, service="issues", now=begun)


def acting(person: Person, town: Territory) -> Actor:
    """Return who somebody is in a town, as the middleware works it out."""
    with use(territory=town, person=person):
        return actor_of(person, town.pk, now=timezone.now())


def listed(person: Person, region: Territory) -> list[str]:
    """Return the codes of the members' cases in a body's list."""
    with use(territory=region, person=person):
        page = case_queries.delegated_cases(actor=acting(person, region), wanted=ALL, now=timezone.now())
        return [case.code for case in page.cases]


# -- operations ------------------------------------------------------------------------------------------------------


def test_the_bodys_clerk_sees_answers_and_solves_and_everyone_concerned_knows(
    report: Issue, delegation: Delegation, territory: Territory, region: Territory, reporter: Person, mireille: Person
) -> None:
    assert listed(mireille, region) == [report.code]
    clerk = acting(mireille, territory)
    with use(person=mireille):
        operations.accept_issue(actor=clerk, issue=report, now=timezone.now())
        case = Case.objects.get(pk=report.case_id)
        cases.assign_case(actor=clerk, case=case, assignee=mireille, now=timezone.now())
        cases.send_message(actor=clerk, case=case, text="L'équipe passe jeudi.", now=timezone.now())
        report.refresh_from_db()
        operations.resolve_issue(actor=clerk, issue=report, answer="Le trou est bouché.", now=timezone.now())
    report.refresh_from_db()
    assert report.status == Status.RESOLVED
    assert report.territory_id == territory.pk, "the file stayed the town's"
    assert set(Message.objects.values_list("text", flat=True)) == {"L'équipe passe jeudi.", "Le trou est bouché."}
    entry = Entry.objects.get(name="issues.resolved")
    assert (entry.actor_id, entry.beneficiary_id) == (mireille.pk, reporter.pk)
    with use(person=reporter, scope=Scope.MINE):
        assert Issue.objects.get().answer == "Le trou est bouché."
    with use(territory=region):
        assert not Entry.objects.filter(name="issues.resolved").exists(), "nothing of it in the body's own books"


def test_never_the_neighbour_that_delegated_nothing(
    report: Issue, next_door: Issue, delegation: Delegation, neighbour: Territory, region: Territory, mireille: Person
) -> None:
    assert next_door.code not in listed(mireille, region)
    stranger = acting(mireille, neighbour)
    assert not rules.can_work(stranger, next_door)
    with use(territory=neighbour, person=mireille), pytest.raises(NotAllowed):
        operations.accept_issue(actor=stranger, issue=next_door, now=timezone.now())
    with use(territory=region, person=mireille, scope=Scope.DELEGATED):
        assert set(Issue.objects.values_list("code", flat=True)) == {report.code}


def test_the_service_and_nothing_else_of_the_town(
    report: Issue, delegation: Delegation, territory: Territory, mireille: Person
) -> None:
    clerk = acting(mireille, territory)
    for permission in ("cases.serve", "identity.see_people", "content.publish", "territories.manage", "cases.work"):
        assert not clerk.may(permission), permission
    with pytest.raises(NotAllowed):
        ties.end_delegation(actor=clerk, delegation=delegation, now=timezone.now())


def test_a_colleague_without_the_role_at_home_has_none_in_the_town(
    report: Issue, delegation: Delegation, territory: Territory, region: Territory
) -> None:
    with use(territory=region):
        librarian = make_staff(region, "content.write")
    assert listed(librarian, region) == []
    with pytest.raises(NotAllowed):
        operations.accept_issue(actor=acting(librarian, territory), issue=report, now=timezone.now())


def test_a_colleague_of_the_neighbour_gains_nothing_by_the_towns_delegation(
    report: Issue, delegation: Delegation, territory: Territory, neighbour: Territory
) -> None:
    with use(territory=neighbour):
        next_clerk = make_staff(neighbour)
    assert listed(next_clerk, neighbour) == []
    with pytest.raises(NotAllowed):
        operations.accept_issue(actor=acting(next_clerk, territory), issue=report, now=timezone.now())


def test_taken_back_it_is_out_of_sight_at_once(
    report: Issue,
    delegation: Delegation,
    territory: Territory,
    region: Territory,
    clerk: Actor,
    mireille: Person,
) -> None:
    ties.end_delegation(actor=clerk, delegation=delegation, now=timezone.now() - timedelta(seconds=30))
    assert listed(mireille, region) == []
    with use(territory=region, person=mireille, scope=Scope.DELEGATED):
        assert not Issue.objects.exists() and not Case.objects.exists()
    with pytest.raises(NotAllowed):
        operations.accept_issue(actor=acting(mireille, territory), issue=report, now=timezone.now())
    with use(territory=region, person=mireille):
        assert case_queries.count_delegated(acting(mireille, region)) is None


def test_reading_across_is_never_writing_across(
    report: Issue, delegation: Delegation, region: Territory, mireille: Person
) -> None:
    with use(territory=region, person=mireille, scope=Scope.DELEGATED):
        assert Issue.objects.update(answer="x") == 0
        assert Case.objects.filter(pk=report.case_id).update(subject="x") == 0


# -- pages -----------------------------------------------------------------------------------------------------------


def get(client: Client, town: Territory, rest: str) -> tuple[int, str]:
    response = client.get(f"/{town.slug}/{rest}")
    return response.status_code, response.content.decode()


def test_on_screen_from_the_resident_to_the_answer(
    report: Issue,
    next_door: Issue,
    delegation: Delegation,
    territory: Territory,
    neighbour: Territory,
    region: Territory,
    reporter: Person,
    mireille: Person,
    client: Client,
) -> None:
    sign_in(client, mireille)
    assert 'href="/' + region.slug + '/bureau/dossiers/membres/"' in get(client, region, "bureau/")[1]
    status, page = get(client, region, "bureau/dossiers/membres/")
    file = f"/{territory.slug}/bureau/dossiers/{report.code}/"
    assert status == 200 and file in page and territory.name in page
    assert next_door.code not in page
    assert get(client, neighbour, f"bureau/dossiers/{next_door.code}/")[0] == 403
    assert get(client, territory, f"bureau/dossiers/{report.code}/")[0] == 200
    for closed in ("telephone/", "personnes/", "liens/", "equipe/"):
        assert get(client, territory, f"bureau/{closed}")[0] in {403, 404}, closed
    stored = StoredFile.objects.get()
    set_script_prefix("/")
    assert client.get(f"/{territory.slug}{stored.url()}").status_code == 200, "the photo that nobody released"
    client.post(f"/{territory.slug}/bureau/signalements/{report.code}/resolve/", {"answer": "Réparé par la MRC."})
    report.refresh_from_db()
    assert (report.status, report.answer) == (Status.RESOLVED, "Réparé par la MRC.")

    town_clerk = make_staff(territory)
    sign_in(client, town_clerk)
    seen = get(client, territory, f"bureau/dossiers/{report.code}/")[1]
    assert "Réparé par la MRC." in seen
    assert f"Mireille Sévigny, {region.name}".replace("'", "&#x27;") in seen, "the town knows who worked on its file"

    sign_in(client, reporter)
    assert "Réparé par la MRC." in get(client, territory, f"signalements/{report.code}")[1]
    assert View.objects.filter(person_id=reporter.pk, viewer_id=mireille.pk).exists()
    assert looks_at(reporter.pk)[-1].who.endswith(f", {region.name}")
