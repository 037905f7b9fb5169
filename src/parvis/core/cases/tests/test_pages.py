"""The staff screens and a person's own pages, through the whole house, by the right and the wrong person."""

import pytest
from django.urls import set_script_prefix
from django.utils import timezone
from django.utils.html import escape

from parvis.core.audit.models import View
from parvis.core.cases import operations
from parvis.core.cases.models import Case, Message, Note, SavedFilter
from parvis.core.cases.workflow import State
from parvis.core.content.tests.factories import make_content
from parvis.core.identity.models import Person
from parvis.core.identity.tests.factories import (
    DelegationFactory,
    MembershipFactory,
    PersonFactory,
    TeamFactory,
    make_staff,
    resident_actor,
    sign_in,
)
from parvis.core.privacy.operations import set_consent
from parvis.core.tenancy.context import use

from .factories import make_case, run_queue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def back_office(territory):
    make_content(territory)


@pytest.fixture
def region(region):
    make_content(region)
    return region


@pytest.fixture
def neighbour(neighbour):
    make_content(neighbour)
    return neighbour


@pytest.fixture(autouse=True)
def no_prefix():
    yield
    set_script_prefix("/")


@pytest.fixture
def account(territory):
    """Sign somebody in; return the person."""

    def enter(client, person):
        sign_in(client, person)
        return person

    return enter


@pytest.fixture
def staff(client, territory, account):
    """A clerk who does everything, signed in."""
    return account(client, make_staff(territory))


@pytest.fixture
def owner(territory):
    return PersonFactory(name="Judith Fictive", phone="+18195550142", address="3 rue de la Gare")


@pytest.fixture
def case(territory, owner):
    return make_case(territory, resident_actor(territory, owner), now=timezone.now())


def bureau(territory, rest=""):
    return f"/{territory.slug}/bureau/{rest}"


def act(client, territory, case, name, **values):
    return client.post(bureau(territory, f"dossiers/{case.code}/{name}/"), values, follow=True)


def test_the_work_list_shows_the_case(client, territory, staff, case):
    response = client.get(bureau(territory, "dossiers/"))
    assert response.status_code == 200
    assert case.code in response.content.decode()
    late = client.get(bureau(territory, "dossiers/?view=late"))
    assert case.code not in late.content.decode()


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("?q=nid", True),
        ("?q=Nid+de+poule", True),
        ("?q=nids+de+pulle", True),
        ("?q=lampadaire", False),
        ("?state=closed", False),
        ("?state=all", True),
        ("?view=unassigned", True),
        ("?view=mine", False),
        ("?view=awaiting", False),
        ("?view=due_soon", False),
        ("?kind=procedures", False),
        ("?after=nonsense", True),
        ("?team=nonsense&district=x&state=strange", True),
    ],
)
def test_filters(client, territory, staff, case, query, seen):
    response = client.get(bureau(territory, f"dossiers/{query}"))
    assert response.status_code == 200
    assert (case.code in response.content.decode()) is seen


def test_a_search_by_code_as_dictated(client, territory, staff, case):
    typed = case.code.replace("-", " ").lower()
    assert case.code in client.get(bureau(territory, "dossiers/"), {"q": typed}).content.decode()


def test_saved_filters_are_kept_shared_and_deleted_by_their_owner_only(client, territory, staff, case, account):
    client.post(bureau(territory, "dossiers/filtres/"), {"name": "Nids", "q": "nid", "view": "late", "is_shared": "1"})
    saved = SavedFilter.objects.get()
    assert saved.query == {"q": "nid", "view": "late"}
    colleague = type(client)()
    account(colleague, make_staff(territory))
    assert "Nids" in colleague.get(bureau(territory, "dossiers/")).content.decode()
    assert colleague.post(bureau(territory, f"dossiers/filtres/{saved.pk}/supprimer/")).status_code == 403
    client.post(bureau(territory, f"dossiers/filtres/{saved.pk}/supprimer/"))
    assert not SavedFilter.objects.exists()


def test_the_page_of_a_case_is_logged_for_its_person(client, territory, staff, owner, case):
    response = client.get(bureau(territory, f"dossiers/{case.code}/"))
    assert response.status_code == 200
    assert "Judith Fictive" in response.content.decode()
    view = View.objects.get(person_id=owner.pk, reason="case")
    assert (view.viewer_id, view.subject_id) == (staff.pk, case.pk)


def test_a_clerk_answers_notes_assigns_and_closes(client, territory, staff, case):
    team = TeamFactory()
    act(client, territory, case, "message", text="On y va", asks="")
    act(client, territory, case, "note", text="Voir Gilles")
    act(client, territory, case, "assign", team=str(team.pk), assignee=str(staff.pk))
    act(client, territory, case, "stop", reason="season")
    act(client, territory, case, "resume")
    act(client, territory, case, "promise", days="3")
    act(client, territory, case, "close", text="C'est fait")
    case.refresh_from_db()
    assert (case.state, case.team, case.assignee_id, case.due_days) == (State.CLOSED, team, staff.pk, 3)
    assert [message.text for message in Message.objects.all()] == ["On y va", "C'est fait"]
    assert Note.objects.get().text == "Voir Gilles"
    page = client.get(bureau(territory, f"dossiers/{case.code}/")).content.decode()
    assert "Voir Gilles" in page


def test_a_refused_act_keeps_what_was_typed(client, territory, staff, case):
    page = act(client, territory, case, "merge", into="ZZZZ-9999").content.decode()
    assert "ZZZZ-9999" in page
    page = act(client, territory, case, "promise", days="beaucoup").content.decode()
    assert "beaucoup" in page
    assert act(client, territory, case, "dance").status_code == 422


def test_what_the_person_says_on_the_telephone_is_theirs(client, territory, staff, case):
    act(client, territory, case, "message", text="Elle dit que c'est pire", said_by_person="1")
    message = Message.objects.get()
    assert (message.from_staff, message.channel) == (False, "phone")


def test_merge_link_and_hand_over_from_the_page(client, territory, region, staff, case):
    MembershipFactory(body=region)
    other, third = make_case(territory, now=timezone.now()), make_case(territory, now=timezone.now())
    act(client, territory, case, "link", other=third.code, kind="related")
    act(client, territory, other, "merge", into=case.code)
    assert escape(region.name) in client.get(bureau(territory, f"dossiers/{case.code}/")).content.decode()
    act(client, territory, case, "hand-over", to=str(region.pk), reason="Chemin régional")
    run_queue()
    page = client.get(bureau(territory, f"dossiers/{case.code}/")).content.decode()
    assert other.code in page and third.code in page
    with use(territory=region):
        there = Case.objects.get()
    assert there.code in page
    regional = type(client)()
    with use(territory=region):
        person = make_staff(region)
    sign_in(regional, person)
    assert there.code in regional.get(bureau(region, "dossiers/recus/")).content.decode()
    page = regional.get(bureau(region, f"dossiers/{there.code}/"))
    assert "Chemin régional" in page.content.decode()


def test_the_neighbours_clerk_gets_nowhere(client, territory, neighbour, case, account):
    with use(territory=neighbour):
        person = make_staff(neighbour)
    sign_in(client, person)
    for rest in ("dossiers/", f"dossiers/{case.code}/", "telephone/?q=judith", "dossiers/membres/", "dossiers/recus/"):
        assert client.get(bureau(territory, rest)).status_code == 403
    assert client.get(bureau(neighbour, f"dossiers/{case.code}/")).status_code == 404
    assert client.post(bureau(neighbour, f"dossiers/{case.code}/close/"), {"text": "x"}).status_code == 404
    page = client.get(bureau(neighbour, "telephone/"), {"q": "judith"}).content.decode()
    assert "Judith Fictive" not in page and case.code not in page
    case.refresh_from_db()
    assert case.is_open


def test_staff_without_the_permission_are_refused(client, territory, case, account):
    account(client, make_staff(territory, "content.write"))
    for rest in ("dossiers/", f"dossiers/{case.code}/", "telephone/"):
        assert client.get(bureau(territory, rest)).status_code == 403
    assert client.post(bureau(territory, f"dossiers/{case.code}/close/")).status_code == 403


def test_a_resident_is_not_staff(client, territory, owner, case, account):
    account(client, owner)
    assert client.get(bureau(territory, "dossiers/")).status_code == 403


@pytest.mark.parametrize(
    "asked", ["judith", "Fictive Judith", "819 555-0142", "(819) 555 0142", "rue de la gare", "judit"]
)
def test_find_who_is_on_the_telephone(client, territory, staff, owner, case, asked):
    page = client.get(bureau(territory, "telephone/"), {"q": asked}).content.decode()
    assert f"telephone/{owner.pk}/" in page
    assert View.objects.filter(person_id=owner.pk, reason="search").exists()


def test_find_by_code_and_by_the_contact_left(client, territory, staff, case):
    left = make_case(territory, now=timezone.now(), contact=operations.Contact("Léa Nomade", phone="819 555-0199"))
    assert case.code in client.get(bureau(territory, "telephone/"), {"q": case.code}).content.decode()
    assert left.code in client.get(bureau(territory, "telephone/"), {"q": "lea nomade"}).content.decode()
    assert left.code in client.get(bureau(territory, "telephone/"), {"q": "819-555-0199"}).content.decode()


def test_one_glance_at_a_person(client, territory, staff, owner, case):
    operations.send_message(actor=resident_actor(territory, owner), case=case, text="Alors ?", now=timezone.now())
    page = client.get(bureau(territory, f"telephone/{owner.pk}/")).content.decode()
    assert case.subject in page and "Alors ?" in page
    assert View.objects.filter(person_id=owner.pk, reason="person").exists()


def test_note_somebody_new(client, territory, staff):
    form = {"name": "Océ-Anne Nouvelle", "phone": "819 555-0177", "language": "fr"}
    response = client.post(bureau(territory, "telephone/nouvelle-personne/"), form, follow=True)
    assert "Océ-Anne Nouvelle" in response.content.decode()
    assert Person.objects.get(name="Océ-Anne Nouvelle").phone == "+18195550177"
    wrong = client.post(bureau(territory, "telephone/nouvelle-personne/"), {**form, "phone": "12"})
    assert "Océ-Anne Nouvelle" in wrong.content.decode()


def test_members_cases_in_one_list_and_each_opens_in_its_town(client, territory, region, case, account):
    DelegationFactory(territory=territory, delegate=region, service="issues")
    other = make_case(territory, kind="procedures", now=timezone.now())
    with use(territory=region):
        person = make_staff(region)
    sign_in(client, person)
    page = client.get(bureau(region, "dossiers/membres/")).content.decode()
    assert f"/{territory.slug}/bureau/dossiers/{case.code}/" in page
    assert other.code not in page
    assert client.get(bureau(territory, f"dossiers/{case.code}/")).status_code == 200
    assert client.get(bureau(territory, f"dossiers/{other.code}/")).status_code == 403
    assert client.get(bureau(territory, "telephone/")).status_code == 403
    act(client, territory, case, "message", text="La MRC s'en occupe")
    assert Message.objects.get().text == "La MRC s'en occupe"


# -- a person's own pages --------------------------------------------------------------------------------------------


def mine(territory, rest=""):
    return f"/{territory.slug}/mon-espace/demandes/{rest}"


def test_my_requests_and_one_of_them(client, territory, owner, case, account):
    account(client, owner)
    assert case.subject in client.get(mine(territory)).content.decode()
    response = client.get(mine(territory, f"{case.code}/"))
    assert response.status_code == 200
    assert case.code in response.content.decode()


def test_visitors_are_asked_to_sign_in(client, territory, case):
    for rest in ("", f"{case.code}/"):
        response = client.get(mine(territory, rest))
        assert response.status_code == 302 and "/compte/" in response["Location"]


def test_somebody_elses_request_does_not_exist(client, territory, case, account):
    account(client, PersonFactory())
    assert client.get(mine(territory, f"{case.code}/")).status_code == 404
    for name in ("repondre", "avis", "reprendre"):
        assert client.post(mine(territory, f"{case.code}/{name}/"), {"text": "x", "rating": "3"}).status_code == 404
    assert Message.objects.count() == 0


def test_a_person_replies_rates_and_asks_again(client, territory, owner, case, account, clerk):
    account(client, owner)
    client.post(mine(territory, f"{case.code}/repondre/"), {"text": "Toujours là"})
    assert Message.objects.get().text == "Toujours là"
    operations.add_note(actor=clerk, case=case, text="Client difficile", now=timezone.now())
    operations.close_case(actor=clerk, case=case, now=timezone.now())
    client.post(mine(territory, f"{case.code}/avis/"), {"rating": "2"})
    client.post(mine(territory, f"{case.code}/avis/"), {"rating": "²"})
    case.refresh_from_db()
    assert case.satisfaction == 2
    assert "difficile" not in client.get(mine(territory, f"{case.code}/")).content.decode()
    client.post(mine(territory, f"{case.code}/reprendre/"), {"text": "Le trou est revenu"})
    case.refresh_from_db()
    assert case.state == State.OPEN


def test_a_wrong_reply_keeps_what_was_typed(client, territory, owner, case, account):
    account(client, owner)
    response = client.post(mine(territory, f"{case.code}/repondre/"), {"text": ""})
    assert response.status_code == 422
    long = client.post(mine(territory, f"{case.code}/repondre/"), {"text": "très long " * 1100})
    assert long.status_code == 422 and "très long" in long.content.decode()


def test_a_request_in_another_town_is_answered_from_here(client, territory, neighbour, owner, case, account):
    account(client, owner)
    assert case.subject in client.get(mine(neighbour)).content.decode()
    client.post(mine(neighbour, f"{case.code}/repondre/"), {"text": "Depuis chez le voisin"})
    assert Message.objects.get().territory_id == territory.pk


def test_who_agreed_to_be_reached_by_others_finds_the_box_ticked(client, territory, region, staff, owner, case):
    MembershipFactory(territory=territory, body=region)
    page = bureau(territory, f"dossiers/{case.code}/")
    assert 'name="shares_contact" value="1">' in client.get(page).content.decode()
    me = resident_actor(territory, owner)
    set_consent(actor=me, person_id=owner.pk, purpose="cases.share_contact", is_given=True, now=timezone.now())
    assert 'name="shares_contact" value="1" checked>' in client.get(page).content.decode()
