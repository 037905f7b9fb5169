"""What a program decides about somebody: declared, explained to them, looked at again by a person when they ask."""

import pytest
from django.utils import timezone

from parvis.core.identity.tests.factories import sign_in
from parvis.core.privacy import operations, queries
from parvis.core.privacy.models import DataRequest, Decision, RequestKind
from parvis.core.tenancy.context import use
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def decide(territory, person, **changes):
    given = {
        "actor": Actor.system(territory.pk),
        "name": "essai.rate",
        "person_id": person.pk,
        "outcome": "Plein tarif",
        "reasons": "Aucune preuve de résidence n'est en cours.",
        "factors": {"adresse": "non prouvée"},
        "now": NOW,
    }
    return operations.note_decision(**{**given, **changes})


def test_it_is_told_with_its_reasons_and_looked_at_again(client, with_module, territory, judith, officer):
    made = decide(territory, judith)
    assert [row.pk for row in queries.decisions_of(judith.pk)] == [made.pk]
    sign_in(client, judith)
    page = f"/{territory.slug}/mon-espace/donnees/"
    body = client.get(page).content.decode()
    for word in ("Plein tarif", "Aucune preuve", "non prouvée"):
        assert word in body
    assert client.post(f"{page}decisions/{made.pk}/revoir/").status_code == 302
    asked = DataRequest.objects.get(kind="review")
    assert (asked.about, asked.person_id) == (made.pk, judith.pk)
    operations.answer_request(actor=officer, request=asked, answer="Le tarif réduit s'applique.", now=NOW)


def test_only_what_is_declared_about_people_is_noted(with_module, territory, judith):
    for name in ("essai.sort", "essai.nothing", "issues.routing"):
        with pytest.raises(KeyError):
            decide(territory, judith, name=name)
    with pytest.raises(Invalid):
        decide(territory, judith, reasons=" ")
    assert not Decision.objects.exists()


def test_nobody_else_reads_it_or_has_it_looked_at(client, with_module, territory, neighbour, judith, other_resident):
    made = decide(territory, judith)
    assert queries.decisions_of(other_resident.person_id) == []
    with use(territory=neighbour):
        assert not Decision._base_manager.filter(pk=made.pk).exists()
    with pytest.raises(Invalid):
        operations.ask_request(
            actor=other_resident, person_id=other_resident.person_id, kind=RequestKind.REVIEW, about=made.pk, now=NOW
        )
    from parvis.core.identity.models import Person
    from parvis.core.identity.tests.factories import AccountFactory

    sign_in(client, AccountFactory(person=Person.objects.get(pk=other_resident.person_id)).person)
    assert client.post(f"/{territory.slug}/mon-espace/donnees/decisions/{made.pk}/revoir/").status_code == 404


def test_routing_is_declared_as_sorting_work_and_deciding_about_nobody(territory):
    [routing] = [entry for entry in queries.automated() if entry.name == "issues.routing"]
    assert not routing.about_people
