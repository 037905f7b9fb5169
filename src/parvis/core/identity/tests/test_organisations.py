"""Organisations: asked, admitted, members and terms, invitations, acting as, never without an administrator."""

import re
import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from parvis.core.delivery.models import Outgoing
from parvis.core.identity import operations, queries
from parvis.core.identity.models import Organisation, OrganisationMember
from parvis.core.identity.operations import LastAdministrator
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.lib.actor import Actor
from parvis.lib.errors import Conflict, Invalid, NotAllowed, NotFound, WrongState

from .factories import (
    OrganisationFactory,
    OrganisationMemberFactory,
    PersonFactory,
    TerritoryFactory,
    resident_actor,
    sign_in,
    staff_actor,
)

db = pytest.mark.django_db


def now():
    return timezone.now()


@pytest.fixture
def club(territory, resident):
    """An admitted organisation whose administrator is `resident`."""
    asked = operations.ask_to_join(actor=resident, name="Club de volley", kind="non_profit", now=now())
    return operations.admit(actor=staff_actor(territory), organisation=asked, now=now())


@db
def test_an_organisation_asks_and_is_admitted(territory, resident, clerk):
    asked = operations.ask_to_join(actor=resident, name="Club de volley", kind="non_profit", now=now())
    assert (asked.slug, asked.status) == ("club-de-volley", "asked")
    assert queries.count_asking(clerk) == 1
    admitted = operations.admit(actor=clerk, organisation=asked, now=now())
    assert admitted.status == "admitted"
    with pytest.raises(WrongState):
        operations.refuse(actor=clerk, organisation=asked, now=now())
    again = operations.ask_to_join(actor=resident, name="Club de volley", kind="non_profit", now=now())
    assert again.slug == "club-de-volley-2"


@db
def test_who_the_town_does_not_see_cannot_ask(territory, neighbour, visitor):
    stranger = PersonFactory(entered=[neighbour])
    for actor in (visitor, Actor(territory_id=territory.pk, person_id=stranger.pk)):
        with pytest.raises(NotAllowed):
            operations.ask_to_join(actor=actor, name="X", kind="farm", now=now())


@db
def test_only_staff_of_the_town_admit(territory, resident, neighbour_clerk):
    asked = operations.ask_to_join(actor=resident, name="Ferme", kind="farm", now=now())
    for wrong in (resident, neighbour_clerk, staff_actor(territory, "cases.work")):
        with pytest.raises(NotAllowed):
            operations.admit(actor=wrong, organisation=asked, now=now())
        with pytest.raises(NotAllowed):
            operations.refuse(actor=wrong, organisation=asked, now=now())
    asked.refresh_from_db()
    assert asked.status == "asked"


@db
def test_an_invitation_makes_a_member_once(territory, club, resident, other_resident):
    invitation, secret = operations.invite_member(
        actor=resident, organisation=club, email="Autre@example.test", role="manager", now=now()
    )
    assert secret not in invitation.secret_hash
    with pytest.raises(Conflict):
        operations.invite_member(actor=resident, organisation=club, email="autre@example.test", now=now())
    member = operations.accept_invitation(actor=other_resident, secret=secret, now=now())
    assert member.role == "manager"
    with pytest.raises(NotFound):
        operations.accept_invitation(actor=other_resident, secret=secret, now=now())


@db
def test_an_invitation_too_old_or_taken_back_is_not_found(territory, club, resident, other_resident):
    _invitation, secret = operations.invite_member(actor=resident, organisation=club, email="a@example.test", now=now())
    with pytest.raises(NotFound):
        operations.accept_invitation(actor=other_resident, secret=secret, now=now() + timedelta(days=15))
    second, other = operations.invite_member(actor=resident, organisation=club, email="b@example.test", now=now())
    operations.withdraw_invitation(actor=resident, invitation=second, now=now())
    for wrong in (other, "autre chose"):
        with pytest.raises(NotFound):
            operations.accept_invitation(actor=other_resident, secret=wrong, now=now())


@db
def test_only_its_administrators_manage_it(territory, club, other_resident, clerk):
    seat = OrganisationMember.objects.get(organisation=club)
    plain = resident_actor(territory)
    OrganisationMemberFactory(organisation=club, person_id=plain.person_id, role="member")
    ended = resident_actor(territory)
    OrganisationMemberFactory(
        organisation=club,
        person_id=ended.person_id,
        role="administrator",
        starts_at=now() - timedelta(days=9),
        ends_at=now() - timedelta(days=1),
    )
    for wrong in (other_resident, plain, ended, clerk):
        for attempt in (
            lambda: operations.change_organisation(actor=wrong, organisation=club, now=now(), name="Volé"),  # noqa: B023
            lambda: operations.invite_member(actor=wrong, organisation=club, email="x@example.test", now=now()),  # noqa: B023
            lambda: operations.change_member(actor=wrong, member=seat, role="member", now=now()),  # noqa: B023
            lambda: operations.end_membership(actor=wrong, member=seat, now=now()),  # noqa: B023
            lambda: operations.leave_with_organisation(actor=wrong, organisation=club, now=now()),  # noqa: B023
        ):
            with pytest.raises(NotAllowed):
                attempt()
    club.refresh_from_db()
    assert (club.name, club.status) == ("Club de volley", "admitted")


@db
def test_the_last_administrator_stays_until_another_is_named_or_all_leave(territory, club, resident, other_resident):
    seat = OrganisationMember.objects.get(organisation=club)
    for attempt in (
        lambda: operations.end_membership(actor=resident, member=seat, now=now()),
        lambda: operations.change_member(actor=resident, member=seat, role="member", now=now()),
        lambda: operations.change_member(
            actor=resident, member=seat, role="administrator", now=now(), ends_at=now() + timedelta(days=9)
        ),
    ):
        with pytest.raises(LastAdministrator):
            attempt()
    OrganisationMemberFactory(organisation=club, person_id=other_resident.person_id, role="administrator")
    seat.refresh_from_db()
    operations.end_membership(actor=resident, member=seat, now=now())
    operations.leave_with_organisation(actor=other_resident, organisation=club, now=now())
    assert not queries.members_of(club, now() + timedelta(seconds=1)).exists()


@db
def test_the_database_keeps_the_last_administrator_whoever_writes(territory, club):
    for change in (
        lambda: OrganisationMember.objects.all().delete(),
        lambda: OrganisationMember.objects.update(role="member"),
    ):
        with pytest.raises(IntegrityError, match="administrator"), transaction.atomic():
            change()
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_two_administrators_who_leave_at_the_same_moment_do_not_both_go(committed_db):
    with transaction.atomic(), use():
        town = TerritoryFactory()
    with transaction.atomic(), use(territory=town):
        actors = [resident_actor(town), resident_actor(town)]
        club = OrganisationFactory(status="admitted", decided_at=now())
        for actor in actors:
            OrganisationMemberFactory(organisation=club, person_id=actor.person_id, role="administrator")
    outcomes, start = [], threading.Barrier(2)

    def leave(actor: Actor) -> None:
        try:
            with transaction.atomic(), use(territory=town):
                seat = OrganisationMember.objects.get(person_id=actor.person_id)
                start.wait(timeout=10)
                operations.end_membership(actor=actor, member=seat, now=now())
                outcomes.append("gone")
        except LastAdministrator:
            outcomes.append("stays")
        finally:
            connection.close()

    threads = [threading.Thread(target=leave, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == ["gone", "stays"]


@db
def test_bad_details_are_refused(territory, resident, club):
    with pytest.raises(Invalid):
        operations.ask_to_join(actor=resident, name=" ", kind="farm", now=now())
    with pytest.raises(Invalid):
        operations.change_organisation(actor=resident, organisation=club, now=now(), status="left")
    with pytest.raises(Invalid):
        operations.invite_member(actor=resident, organisation=club, email="a@example.test", role="roi", now=now())


@db
def test_the_pages_from_asking_to_acting(client, territory, clerk):
    town = f"/{territory.slug}"
    person = PersonFactory(name="Oriane Vachon")
    sign_in(client, person)
    response = client.post(f"{town}/organismes/demander/", {"name": "Ferme du Ruisseau", "kind": "farm"})
    assert response["Location"] == f"{town}/organismes/ferme-du-ruisseau/"
    assert client.get(response["Location"]).status_code == 200
    assert Client().get(response["Location"]).status_code == 404, "not public before it is admitted"
    assert client.post(f"{town}/organismes/ferme-du-ruisseau/agir/").status_code == 404
    farm = Organisation.objects.get()
    operations.admit(actor=clerk, organisation=farm, now=now())
    assert Client().get(response["Location"]).status_code == 200
    assert "Ferme du Ruisseau" in Client().get(f"{town}/organismes/").content.decode()
    assert client.get(f"{town}/organismes/ferme-du-ruisseau/gerer/").status_code == 200
    client.post(f"{town}/organismes/ferme-du-ruisseau/agir/")
    assert client.get(f"{town}/organismes/").wsgi_request.actor.organisation_id == farm.pk
    client.post(f"{town}/organismes/moi/")
    assert client.get(f"{town}/organismes/").wsgi_request.actor.organisation_id is None
    client.post(f"{town}/organismes/ferme-du-ruisseau/inviter/", {"email": "kim@example.test", "role": "member"})
    with use(scope=Scope.DELIVERY):
        mail = Outgoing.objects.get(address="kim@example.test")
    path = re.search(r"https?://[^/\s]+(/\S+)", mail.text).group(1)
    other = Client()
    sign_in(other, PersonFactory())
    assert other.get(path).status_code == 200
    assert other.post(path).status_code == 302
    assert queries.members_of(farm, now()).count() == 2
    assert other.get(f"{town}/organismes/ferme-du-ruisseau/gerer/").status_code == 403


@db
def test_nobody_acts_for_an_organisation_that_is_not_theirs(client, territory, neighbour, club):
    town = f"/{territory.slug}"
    sign_in(client, PersonFactory())
    assert client.post(f"{town}/organismes/{club.slug}/agir/").status_code == 403
    session = client.session
    session["acting_for_organisation"] = str(club.pk)
    session.save()
    assert client.get(f"{town}/organismes/").wsgi_request.actor.organisation_id is None
