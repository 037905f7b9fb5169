"""One's own data: taken away whole, erased by rule, and shown to nobody who has no business with it."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone

from parvis.core.audit.models import View
from parvis.core.audit.operations import log_view
from parvis.core.delivery.models import Outgoing
from parvis.core.identity.models import Account, OrganisationMember, Person, SignIn
from parvis.core.identity.queries import has_entered
from parvis.core.identity.tests.factories import (
    AccountFactory,
    OrganisationFactory,
    OrganisationMemberFactory,
    PersonFactory,
    make_staff,
    sign_in,
    staff_actor,
)
from parvis.core.privacy import operations, queries
from parvis.core.privacy.archive import write_archive
from parvis.core.privacy.models import ErasureRequest, PersonExport
from parvis.core.registry.registry import registry
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Kind, Scope
from parvis.core.tenancy.sync import guarded_models
from parvis.lib.actor import Actor
from parvis.lib.errors import Conflict, Invalid, NotAllowed, WrongState

NOW = timezone.now()
PAGES = (
    "confidentialite/",
    "mon-espace/donnees/",
    "mon-espace/donnees/regards/",
    "mon-espace/donnees/effacer/",
    "mon-espace/donnees/fermer/",
)


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}},
    }


@pytest.fixture
def judith(territory):
    """A resident of the town, with an account."""
    return AccountFactory(person=PersonFactory(name="Judith Marchand")).person


def me(person, territory):
    return Actor(territory_id=territory.pk, person_id=person.pk, level=1)


def test_every_package_that_holds_something_about_people_says_so():
    declared = {module.name for module, _entry in registry().gather("personal_data")}
    silent = set()
    for entry in guarded_models():
        app = entry.model._meta.app_label
        personal = entry.guard.kind is Kind.PERSON or (entry.guard.kind is Kind.TERRITORY and entry.guard.mine)
        if personal and entry.model.__module__.startswith("parvis."):
            silent.add(app) if app not in declared else None
    assert silent == set()


@pytest.mark.django_db
def test_every_declaration_can_be_exported_and_erased(territory, judith):
    for entry in queries.declarations():
        scope = Scope.MINE if entry.everywhere else Scope.TERRITORY
        with use(person=judith.pk, scope=scope):
            json.dumps(entry.export(judith.pk))
            assert all(isinstance(str(reason), str) for reason in entry.erase(judith.pk, NOW))


@pytest.mark.django_db
def test_my_export_holds_every_town_and_the_account(territory, neighbour, judith):
    from parvis.core.identity.tests.factories import PresenceFactory

    PresenceFactory(person=judith, territory=neighbour)
    data = operations.export_person(actor=me(judith, territory), person_id=judith.pk)
    assert set(data) == {territory.slug, neighbour.slug, "compte"}
    assert data["compte"]["identity.account"]["person"][0]["name"] == "Judith Marchand"


@pytest.mark.django_db
def test_the_privacy_officer_exports_this_town_only_and_it_is_noted(territory, judith):
    officer = staff_actor(territory, "privacy.handle")
    data = operations.export_person(actor=officer, person_id=judith.pk)
    assert set(data) == {territory.slug}
    assert "compte" not in data
    with use(person=judith.pk, scope=Scope.MINE):
        assert View.objects.get(person_id=judith.pk).reason == "export"


@pytest.mark.django_db
def test_nobody_else_exports_me(territory, neighbour, judith, other_resident):
    stranger = PersonFactory(entered=[neighbour])
    officer = staff_actor(territory, "privacy.handle")
    for actor, person in (
        (other_resident, judith),
        (Actor.visitor(territory.pk), judith),
        (staff_actor(territory, "identity.see_people"), judith),
        (officer, stranger),
        (staff_actor(neighbour), judith),
    ):
        with pytest.raises(NotAllowed):
            operations.export_person(actor=actor, person_id=person.pk)


@pytest.mark.django_db
def test_the_archive_is_json_and_tables_without_formulas():
    file = io.BytesIO()
    rows = [{"words": "=1+1", "n": 1}, {"words": "Bonjour, ça va?", "n": None}]
    write_archive(file, {"danville": {"issues": rows, "cases": {"messages": rows}}}, readme="quoi")
    with zipfile.ZipFile(file) as archive:
        assert set(archive.namelist()) == {
            "LISEZMOI.txt",
            "danville/issues.json",
            "danville/issues.csv",
            "danville/cases.json",
            "danville/cases-messages.csv",
        }
        assert json.loads(archive.read("danville/issues.json")) == rows
        assert "'=1+1" in archive.read("danville/issues.csv").decode("utf-8-sig")


def run_export(export):
    from parvis.core.privacy.tasks import build_export

    context = {"territory": None, "person": str(export.person_id), "scope": "mine"}
    build_export.func(context=context, export=str(export.pk))


@pytest.mark.django_db
def test_an_export_is_made_in_the_background_and_fetched_by_its_owner_alone(client, territory, judith):
    sign_in(client, judith)
    town = f"/{territory.slug}/mon-espace/donnees"
    assert client.post(f"{town}/emporter/").status_code == 302
    assert client.post(f"{town}/emporter/").status_code == 302
    with use(person=judith.pk, scope=Scope.MINE):
        export = PersonExport.objects.get()
    assert client.get(f"{town}/emporter/{export.pk}/").status_code == 404, "not ready"
    run_export(export)
    run_export(export)
    response = client.get(f"{town}/emporter/{export.pk}/")
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as archive:
        assert "compte/identity.account.json" in archive.namelist()
    other = PersonFactory()
    from django.test import Client

    stranger = Client()
    sign_in(stranger, other)
    assert stranger.get(f"{town}/emporter/{export.pk}/").status_code == 404
    assert operations.forget_exports(now=NOW) == 0
    assert operations.forget_exports(now=NOW + timedelta(days=8)) == 1
    assert client.get(f"{town}/emporter/{export.pk}/").status_code == 404


@pytest.mark.django_db
def test_an_erasure_is_asked_carried_out_and_explained(territory, judith):
    organisation = OrganisationFactory(status="admitted", decided_at=NOW)
    OrganisationMemberFactory(organisation=organisation, person=judith, role="administrator")
    asked = operations.ask_erasure(actor=me(judith, territory), now=NOW)
    assert asked.due_at == NOW + timedelta(days=30)
    with pytest.raises(Conflict):
        operations.ask_erasure(actor=me(judith, territory), now=NOW)
    kept = operations.carry_out_erasure(actor=staff_actor(territory, "privacy.handle"), request=asked, now=NOW)
    assert "identity" in {row["module"] for row in kept}, "the last administrator of an organisation stays"
    assert OrganisationMember.objects.filter(person=judith).exists()
    asked.refresh_from_db()
    assert asked.state == "done"
    assert asked.kept == kept
    assert not has_entered(judith.pk, territory.pk)
    assert not Person.objects.filter(pk=judith.pk).exists(), "the town no longer sees them"
    [mine] = queries.erasures_of(judith.pk)
    assert mine.pk == asked.pk
    with use(scope=Scope.DELIVERY):
        told = Outgoing.objects.get(address=judith.email)
    assert told.is_secret, "wiped once it left"
    assert told.person_id is None
    assert kept[0]["reason"] in told.text


@pytest.mark.django_db
def test_only_the_privacy_officer_of_the_town_erases(territory, neighbour, judith, other_resident):
    asked = operations.ask_erasure(actor=me(judith, territory), now=NOW)
    for actor in (other_resident, me(judith, territory), staff_actor(territory, "cases.work"), staff_actor(neighbour)):
        with pytest.raises(NotAllowed):
            operations.carry_out_erasure(actor=actor, request=asked, now=NOW)
        with pytest.raises(NotAllowed):
            operations.refuse_erasure(actor=actor, request=asked, reason="Non", now=NOW)
        with pytest.raises(NotAllowed):
            operations.erase_person(actor=actor, person_id=judith.pk, now=NOW)
    with pytest.raises(NotAllowed):
        operations.cancel_erasure(actor=other_resident, request=asked, now=NOW)
    asked.refresh_from_db()
    assert asked.state == "asked"


@pytest.mark.django_db
def test_a_request_is_answered_once(territory, judith):
    officer = staff_actor(territory, "privacy.handle")
    asked = operations.ask_erasure(actor=me(judith, territory), now=NOW)
    with pytest.raises(Invalid):
        operations.refuse_erasure(actor=officer, request=asked, reason=" ", now=NOW)
    operations.cancel_erasure(actor=me(judith, territory), request=asked, now=NOW)
    with pytest.raises(WrongState):
        operations.carry_out_erasure(actor=officer, request=asked, now=NOW)
    assert has_entered(judith.pk, territory.pk)


@pytest.mark.django_db
def test_an_account_is_closed_once_no_town_sees_it(client, territory, judith):
    sign_in(client, judith)
    page = f"/{territory.slug}/mon-espace/donnees/fermer/"
    assert client.post(page).status_code == 200, "the town still sees her"
    from parvis.core.identity import operations as people

    people.leave_territory(actor=me(judith, territory), now=NOW)
    assert client.post(page).status_code == 302
    assert "_auth_user_id" not in client.session
    with use(scope=Scope.SIGN_IN):
        assert not Account.objects.filter(pk=judith.pk).exists()
        assert not SignIn.objects.filter(person_id=judith.pk).exists()
        assert Person.objects.get(pk=judith.pk).email == ""


@pytest.mark.django_db
def test_staff_neither_erase_their_file_nor_close_their_account(territory):
    person = make_staff(territory)
    actor = staff_actor(territory, person=person)
    for refused in (operations.ask_erasure, operations.close_account):
        with pytest.raises(Invalid):
            refused(actor=actor, now=NOW)
    with pytest.raises(Invalid):
        operations.erase_person(actor=actor, person_id=person.pk, now=NOW)


@pytest.mark.django_db
def test_i_read_who_saw_my_file_and_nobody_else_does(client, territory, judith, clerk):
    log_view(viewer=clerk, person_id=judith.pk, reason="case")
    [look] = queries.looks_at(judith.pk)
    assert look.reason == "case"
    assert look.where == territory.name
    assert look.who
    sign_in(client, judith)
    for page in ("", "regards/"):
        assert look.who in client.get(f"/{territory.slug}/mon-espace/donnees/{page}").content.decode().replace(
            "&#x27;", "'"
        )
    assert queries.looks_at(PersonFactory().pk) == []


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens(client, territory, judith, page):
    sign_in(client, judith)
    operations.ask_erasure(actor=me(judith, territory), now=NOW)
    for language in ("", "/en", "/es"):
        assert client.get(f"{language}/{territory.slug}/{page}").status_code == 200
    if page == "mon-espace/donnees/":
        assert client.get("/mon-espace/donnees/").status_code == 200


@pytest.mark.django_db
def test_staff_screens_are_for_the_privacy_officer(rf, territory, judith):
    from parvis.core.privacy.bureau import requests as bureau

    asked = operations.ask_erasure(actor=me(judith, territory), now=NOW)
    request = rf.get("/")
    request.actor = staff_actor(territory, "cases.work")
    with pytest.raises(NotAllowed):
        bureau.requests(request)
    with pytest.raises(NotAllowed):
        bureau.erasure(request, asked.pk)
    assert ErasureRequest.objects.get().state == "asked"
