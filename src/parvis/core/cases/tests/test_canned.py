"""Answers kept ready: blanks, languages, topics, and who writes them."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from parvis.core.cases import blanks, operations, rules
from parvis.core.cases.models import CannedAnswer
from parvis.core.cases.queries.canned import BLANKS, ready_answers
from parvis.core.content.operations import ensure_territory_content
from parvis.core.identity.tests.factories import PersonFactory, make_staff, resident_actor, sign_in, staff_actor
from parvis.lib.errors import Invalid, NotAllowed

from .factories import NOW, make_case

TEXT = "Bonjour {{prenom}}, votre demande {{ code }} est réglée."


def test_blanks_are_filled_and_what_fills_them_is_not_read_again() -> None:
    assert (
        blanks.fill(TEXT, {"prenom": "{{code}}", "code": "VP-1"}) == "Bonjour {{code}}, votre demande VP-1 est réglée."
    )
    assert blanks.fill("{{Prénom}}", {"prenom": "Léa"}) == "Léa"


def test_a_blank_without_a_value_leaves_no_hole() -> None:
    assert blanks.fill(TEXT, {"code": "VP-1"}) == "Bonjour, votre demande VP-1 est réglée."


@pytest.mark.parametrize(
    ("text", "strange"),
    [
        (TEXT, []),
        ("{{ mot_de_passe }}", ["mot_de_passe"]),
        ("{{ case.person.email }}", ["{{", "}}"]),
        ("{{ prenom|safe }}", ["{{", "}}"]),
        ("{% load os %}{{ prenom", ["{{"]),
        ("{ prenom }", []),
    ],
)
def test_what_nobody_fills_is_found(text: str, strange: list[str]) -> None:
    assert blanks.unknown_in(text, BLANKS) == strange


@given(st.text(max_size=200), st.dictionaries(st.sampled_from(sorted(BLANKS)), st.text(max_size=20)))
def test_any_text_is_filled_without_a_fault(text: str, values: dict[str, str]) -> None:
    filled = blanks.fill(text, values)
    if not blanks.names_in(text):
        assert filled == text


def canned(**given_: object) -> CannedAnswer:
    return CannedAnswer(**{"name": "Réglé", "text_fr": TEXT, **given_})


@pytest.mark.django_db
def test_an_answer_is_ready_in_the_language_of_the_person(territory, clerk) -> None:
    operations.save_canned_answer(actor=clerk, answer=canned(text_en="Hello {{prenom}}: {{code}}."), now=NOW)
    english = resident_actor(territory, PersonFactory(name="Judith Roy", language="en", entered=[territory]))
    spanish = resident_actor(territory, PersonFactory(name="Luz Gil", language="es", entered=[territory]))
    case, other = make_case(territory, english), make_case(territory, spanish)
    [ready] = ready_answers(case)
    assert (ready.text, ready.language) == (f"Hello Judith: {case.code}.", "en")
    [ready] = ready_answers(other)
    assert (ready.language, ready.wished) == ("fr", "es")
    assert ready.text.startswith("Bonjour Luz,")


@pytest.mark.django_db
def test_an_answer_of_another_kind_or_put_away_is_not_offered(territory, clerk) -> None:
    operations.save_canned_answer(actor=clerk, answer=canned(kind="procedures"), now=NOW)
    operations.save_canned_answer(actor=clerk, answer=canned(name="b", is_active=False), now=NOW)
    operations.save_canned_answer(actor=clerk, answer=canned(name="c", kind="issues", topics=["x"]), now=NOW)
    assert ready_answers(make_case(territory)) == []


@pytest.mark.django_db
def test_a_text_with_an_unknown_blank_is_refused(territory, clerk) -> None:
    with pytest.raises(Invalid) as refused:
        operations.save_canned_answer(actor=clerk, answer=canned(text_es="Hola {{nombre}}"), now=NOW)
    assert refused.value.field == "text_es"
    operations.save_canned_answer(actor=clerk, answer=canned(kind="issues", text_fr="{{categorie}}"), now=NOW)
    with pytest.raises(Invalid):
        operations.save_canned_answer(actor=clerk, answer=canned(name="b", text_fr="{{categorie}}"), now=NOW)
    with pytest.raises(Invalid):
        operations.save_canned_answer(actor=clerk, answer=canned(), now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        canned(name="d", text_fr="").save()


@pytest.mark.django_db
def test_the_wrong_person_writes_no_answers(territory, clerk, resident, neighbour_clerk) -> None:
    answer = operations.save_canned_answer(actor=clerk, answer=canned(), now=NOW)
    for wrong in (resident, neighbour_clerk, staff_actor(territory, "cases.work")):
        assert not rules.can_configure(wrong)
        assert not rules.can_oversee(wrong)
        with pytest.raises(NotAllowed):
            operations.save_canned_answer(actor=wrong, answer=answer, now=NOW)
        with pytest.raises(NotAllowed):
            operations.delete_canned_answer(actor=wrong, answer=answer, now=NOW)


@pytest.mark.django_db
def test_a_clerk_writes_looks_and_inserts(territory, clerk) -> None:
    ensure_territory_content(territory)
    client = Client(headers={"host": "localhost"})
    sign_in(client, make_staff(territory))
    base = f"/{territory.slug}/bureau/dossiers/reponses/"
    said = {"name": "Réglé", "text_fr": TEXT, "order": "10", "is_active": "on", "kind": ""}
    looked = client.post(f"{base}nouvelle/", {**said, "preview": "1"})
    assert "Bonjour Monique" in looked.content.decode()
    assert "Bonjour Monique" in client.post(f"{base}apercu/", said).content.decode()
    assert CannedAnswer.objects.count() == 0
    assert client.post(f"{base}nouvelle/", {**said, "text_fr": "{{x}}"}).status_code == 422
    assert client.post(f"{base}nouvelle/", said).status_code == 302
    case = make_case(territory, contact=operations.Contact("Léa Roy", "lea@example.test"))
    page = f"/{territory.slug}/bureau/dossiers/{case.code}/"
    answer = CannedAnswer.objects.get()
    assert "Bonjour Léa" in client.get(page).content.decode()
    assert f">Bonjour Léa, votre demande {case.code}" in client.get(f"{page}?answer={answer.pk}").content.decode()
    assert client.get(base).status_code == 200
    assert client.post(f"{base}{answer.pk}/supprimer/").status_code == 302
    assert not CannedAnswer.objects.exists()
