"""Kinds of problems that a town keeps for its proven residents, and reports as a whole."""

from dataclasses import replace

import pytest

from parvis.core.identity.models import Person
from parvis.core.identity.tests.factories import sign_in
from parvis.core.residency.tests.factories import ProvenFactory
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import change_settings
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, NotAllowed
from parvis.modules.issues import operations, rules
from parvis.modules.issues.models import Issue

from .factories import NOW, CategoryFactory

pytestmark = pytest.mark.django_db


def report(actor: Actor, kind, **more):
    return operations.report_issue(
        actor=actor, category=kind, description="Un bac brisé", lat=46.0, lon=-72.0, now=NOW, **more
    )


def test_a_kind_for_residents_asks_for_a_proven_address(resident: Actor, visitor: Actor, clerk: Actor) -> None:
    kind = CategoryFactory(for_residents=True)
    program = Actor(territory_id=resident.territory_id, scopes=frozenset({"issues.report"}))
    for wrong in (resident, visitor, program):
        assert not rules.can_choose(wrong, kind)
        with pytest.raises(Invalid) as refused:
            report(wrong, kind)
        assert refused.value.field == "category"
    assert report(replace(resident, level=3), kind).category == kind
    assert report(clerk, kind).category == kind, "noted at the counter"


def test_reports_kept_for_residents(client, resident: Actor, territory: Territory) -> None:
    change_settings("residency", for_residents=("issues.report",))
    with pytest.raises(NotAllowed):
        report(resident, CategoryFactory())
    client.defaults["HTTP_HOST"] = "localhost"
    sign_in(client, Person.objects.get(pk=resident.person_id))
    page = f"/{territory.slug}/signalements/nouveau"
    assert client.get(page)["Location"] == f"/{territory.slug}/mon-espace/residence/"
    ProvenFactory(person_id=resident.person_id, valid_until="2999-01-01")
    assert client.get(page).status_code == 200
    assert not Issue.objects.exists()
