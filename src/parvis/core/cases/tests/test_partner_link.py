"""An organisation without members is told by mail, sees what was handed to it by a secret link, answers, gives back."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import set_script_prefix
from django.utils import timezone

from parvis.core.cases import links, operations
from parvis.core.cases.models import Case, HandOver, PartnerMessage
from parvis.core.cases.workflow import State
from parvis.core.delivery.models import Outgoing
from parvis.core.identity.models import Organisation
from parvis.core.identity.tests.factories import OrganisationFactory, OrganisationMemberFactory, PersonFactory
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import NotAllowed, NotFound, WrongState

from .factories import make_case, run_queue

pytestmark = pytest.mark.django_db
NOW = timezone.now()
LONG_AGO = NOW - timedelta(days=400)


@pytest.fixture(autouse=True)
def house(settings: Any, tmp_path: Any) -> Any:
    settings.MEDIA_ROOT = tmp_path
    yield
    set_script_prefix("/")


@pytest.fixture
def ministry(territory: Territory) -> Organisation:
    return OrganisationFactory(
        name="Ministère fictif", kind="public", status="admitted", decided_at=LONG_AGO, email="routes@example.org"
    )


@pytest.fixture
def case(territory: Territory, resident: Actor) -> Case:
    case = make_case(territory, resident, now=NOW, place="12 rue du Moulin")
    operations.send_message(actor=resident, case=case, text="Je suis malade", now=NOW)
    return case


def hand(case: Case, clerk: Actor, to: Organisation, **more: Any) -> HandOver:
    found = operations.hand_over_case(actor=clerk, case=case, to=to, reason="À réparer", now=NOW, **more)
    run_queue()
    found.refresh_from_db()
    return found


def mailed() -> list[str]:
    """The secret links that were mailed, oldest first."""
    rows = Outgoing.objects.filter(address="routes@example.org").order_by("created_at", "pk")
    found = [re.search(r"/mon-espace/demandes/remis/[^\s\"]+", row.text) for row in rows]
    return [match[0] for match in found if match]


def browser() -> Client:
    return Client(headers={"host": "localhost"})


def test_it_is_told_sees_answers_and_gives_back(
    territory: Territory, clerk: Actor, case: Case, ministry: Organisation
) -> None:
    row = hand(case, clerk, ministry)
    [path] = mailed()
    page = f"/{territory.slug}{path}"
    seen = browser().get(page)
    body = seen.content.decode()
    assert seen.headers["Cache-Control"].startswith("max-age=0")
    assert "12 rue du Moulin" in body and "À réparer" in body
    assert "malade" not in body, "the conversation stays here"
    person = case.person
    assert person is not None and person.name not in body and person.email not in body
    assert browser().post(f"{page}repondre/", {"text": "Quelle borne ?"}).status_code == 302
    assert PartnerMessage.objects.get(hand_over=row).from_partner
    row.refresh_from_db()
    assert row.awaiting_since is not None
    operations.write_to_partner(actor=clerk, hand_over=row, text="La rouge", now=NOW)
    run_queue()
    assert len(mailed()) == 2, "what staff write reaches it as well"
    assert "La rouge" in browser().get(page).content.decode()
    browser().post(f"{page}accepter/")
    row.refresh_from_db()
    assert row.state == "accepted"
    browser().post(f"{page}rendre/", {"text": "Pas notre route"})
    row.refresh_from_db()
    case.refresh_from_db()
    assert (row.state, row.answer["text"], case.state) == ("returned", "Pas notre route", State.OPEN)
    assert "12 rue du Moulin" not in browser().get(page).content.decode(), "once over, it shows nothing else"


def test_who_agreed_can_be_reached(territory: Territory, clerk: Actor, case: Case, ministry: Organisation) -> None:
    hand(case, clerk, ministry, shares_contact=True)
    assert case.person is not None
    assert case.person.name in browser().get(f"/{territory.slug}{mailed()[0]}").content.decode()


def test_members_are_told_instead_of_the_address(
    territory: Territory, clerk: Actor, case: Case, ministry: Organisation
) -> None:
    OrganisationMemberFactory(organisation=ministry, person=PersonFactory(), role="manager", starts_at=LONG_AGO)
    hand(case, clerk, ministry)
    assert mailed() == []


def test_a_link_is_secret_opens_one_thing_and_is_revocable(
    territory: Territory, clerk: Actor, resident: Actor, case: Case, ministry: Organisation
) -> None:
    row = hand(case, clerk, ministry)
    other = hand(make_case(territory, resident, now=NOW, place="Ailleurs"), clerk, ministry)
    path = mailed()[0]
    token = path.rstrip("/").rsplit("/", 1)[-1]
    forged = token.replace(str(row.pk), str(other.pk))
    for wrong in (forged, token[:-2], str(row.pk), "x"):
        with pytest.raises(NotFound):
            links.partner_of(wrong)
    with pytest.raises(NotAllowed):
        operations.replace_partner_link(actor=resident, hand_over=row, now=NOW)
    operations.replace_partner_link(actor=clerk, hand_over=row, now=NOW)
    run_queue()
    assert browser().get(f"/{territory.slug}{path}").status_code == 404
    fresh = mailed()[-1]
    assert browser().get(f"/{territory.slug}{fresh}").status_code == 200
    Organisation.objects.filter(pk=ministry.pk).update(email="autre@example.org")
    assert browser().get(f"/{territory.slug}{fresh}").status_code == 404


def test_without_the_link_nobody_acts_and_nobody_acts_twice(
    territory: Territory, clerk: Actor, visitor: Actor, resident: Actor, case: Case, ministry: Organisation
) -> None:
    row = hand(case, clerk, ministry)
    for wrong in (visitor, resident):
        with pytest.raises(NotAllowed):
            operations.accept_hand_over(actor=wrong, hand_over=row, now=NOW)
        with pytest.raises(NotAllowed):
            operations.answer_as_partner(actor=wrong, hand_over=row, text="x", now=NOW)
    operations.accept_hand_over(actor=visitor, hand_over=row, now=NOW, holds_link=True)
    operations.finish_as_partner(actor=visitor, hand_over=row, now=NOW, text="Fait", holds_link=True)
    with pytest.raises(WrongState):
        operations.return_hand_over(actor=visitor, hand_over=row, now=NOW, holds_link=True)
    with pytest.raises(WrongState):
        operations.replace_partner_link(actor=clerk, hand_over=row, now=NOW)
