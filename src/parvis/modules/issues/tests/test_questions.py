"""Questions that depend on the kind of problem: asked, checked, kept with their words, seen by few."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils.translation import override

from parvis.core.identity.models import Person
from parvis.core.identity.tests.factories import sign_in
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, NotAllowed
from parvis.modules.issues import operations, personal_data, queries, receiving
from parvis.modules.issues.models import Category, Issue, Question, QuestionKind

from .factories import NOW, CategoryFactory, QuestionFactory, make_issue

pytestmark = pytest.mark.django_db
DEPTHS = [{"key": "low", "fr": "Moins de 5 cm", "en": "Under 5 cm", "es": ""}, {"key": "deep", "fr": "Plus de 5 cm"}]


@pytest.fixture
def hole(territory: Territory) -> Category:
    category = CategoryFactory()
    QuestionFactory(category=category, code="profondeur", kind=QuestionKind.ONE, choices=DEPTHS, is_required=True)
    QuestionFactory(category=category, code="largeur", kind=QuestionKind.NUMBER, order=200)
    return category


def test_an_answer_is_kept_with_the_words_of_its_day(hole: Category, clerk: Actor) -> None:
    issue = make_issue(category=hole, answers={"profondeur": "deep", "largeur": "32,5", "autre": "ignored"})
    question = Question.objects.get(code="profondeur")
    question.label_fr = "Tout autre chose ?"
    operations.save_question(actor=clerk, question=question, now=NOW)
    issue.refresh_from_db()
    assert [row["value"] for row in issue.answers] == ["deep", 32.5]
    with override("es"):
        shown = queries.answered(issue)
    assert [(row.question, row.answer) for row in shown] == [
        ("¿Qué profundidad?", "Plus de 5 cm"),
        ("¿Qué profundidad?", "32,5"),
    ]


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (QuestionKind.ONE, "no-such-key"),
        (QuestionKind.ONE, ["low", "deep"]),
        (QuestionKind.MANY, ["low", "no-such-key"]),
        (QuestionKind.NUMBER, "beaucoup"),
        (QuestionKind.NUMBER, "inf"),
        (QuestionKind.NUMBER, "1e99"),
        (QuestionKind.DATETIME, "hier"),
        (QuestionKind.DATETIME, "2026-02-31T10:00"),
        (QuestionKind.STRING, "a" * 201),
        (QuestionKind.TEXT, "a" * 2001),
        (QuestionKind.STRING, {"a": "b" * 300}),
    ],
)
def test_what_is_no_answer_is_refused_at_its_question(territory: Territory, kind: QuestionKind, wrong: object) -> None:
    choices = DEPTHS if kind in {QuestionKind.ONE, QuestionKind.MANY} else []
    question = QuestionFactory(kind=kind, choices=choices)
    with pytest.raises(Invalid) as refusal, transaction.atomic():
        make_issue(category=question.category, answers={question.code: wrong})
    assert refusal.value.field == f"question_{question.code}"
    assert Issue.objects.count() == 0


def test_a_moment_is_the_residents_own_clock(territory: Territory) -> None:
    question = QuestionFactory(kind=QuestionKind.DATETIME)
    local = make_issue(category=question.category, answers={question.code: "2026-03-09T23:30"})
    program = make_issue(category=question.category, answers={question.code: "2026-03-10T03:30:00Z"})
    assert local.answers[0]["value"] == program.answers[0]["value"] == "2026-03-09T23:30:00-04:00"


def test_a_required_question_needs_an_answer_unless_nobody_asked(hole: Category) -> None:
    with pytest.raises(Invalid) as refusal, transaction.atomic():
        make_issue(category=hole, answers={"profondeur": " "})
    assert refusal.value.field == "question_profondeur"
    assert make_issue(category=hole, answers=None).answers == []


def test_the_page_asks_without_javascript(client: Client, territory: Territory, hole: Category) -> None:
    url = f"/{territory.slug}/signalements/nouveau"
    form = {"category": hole.slug, "place_lat": "45.8", "place_lon": "-71.9", "idempotency_key": "c" * 32}
    first = client.post(url, form, headers={"host": "localhost"})
    assert first.status_code == 422
    assert "Quelle profondeur" in first.content.decode() and "question_largeur" in first.content.decode()
    second = client.post(url, {**form, "question_profondeur": "low"}, headers={"host": "localhost"})
    assert second.status_code == 302, second.content.decode()[-3000:]
    assert [row["value"] for row in Issue.objects.get().answers] == ["low"]


def test_the_questions_of_a_kind_come_unanswered_and_unblamed(
    client: Client, territory: Territory, hole: Category
) -> None:
    url = f"/{territory.slug}/signalements/nouveau/aide"
    parts = client.post(url, {"category": hole.slug}, headers={"host": "localhost"}).json()
    assert "Quelle profondeur" in parts["questions"] and "errorlist" not in parts["questions"]


def test_only_the_reporter_and_staff_read_the_answers(
    client: Client, territory: Territory, hole: Category, resident: Actor, other_resident: Actor
) -> None:
    issue = make_issue(resident, category=hole, answers={"profondeur": "deep"})
    url = f"/{territory.slug}/signalements/{issue.code}"
    assert "Plus de 5 cm" not in client.get(url, headers={"host": "localhost"}).content.decode()
    for actor, reads in ((other_resident, False), (resident, True)):
        sign_in(client, Person.objects.get(pk=actor.person_id))
        assert ("Plus de 5 cm" in client.get(url, headers={"host": "localhost"}).content.decode()) is reads


def test_programs_see_the_questions_and_send_answers(client: Client, territory: Territory, hole: Category) -> None:
    base = f"/api/v1/{territory.slug}/issues"
    [known] = client.get(f"{base}/categories", headers={"host": "localhost"}).json()
    first = known["questions"][0]
    assert (first["code"], first["kind"], first["required"]) == ("profondeur", "singlevaluelist", True)
    body = {"category": hole.slug, "lat": 45.8, "lon": -71.9, "answers": {"profondeur": "low", "largeur": 12}}
    sent = client.post(f"{base}/", body, content_type="application/json", headers={"host": "localhost"})
    assert sent.status_code == 201, sent.content
    assert [row["value"] for row in Issue.objects.get().answers] == ["low", 12]
    assert sent.json()["answers"] == []  # a visitor reads nothing back


def test_answers_travel_are_exported_and_erased(hole: Category, resident: Actor) -> None:
    issue = make_issue(resident, category=hole, answers={"profondeur": "deep"})
    assert receiving.luggage(issue.case)["lines"] == [{"term": "Quelle profondeur ?", "value": "Plus de 5 cm"}]
    [row] = personal_data.export(resident.person_id)
    assert row["answers"][0]["answer"] == "Plus de 5 cm"
    list(personal_data.erase(resident.person_id, NOW))
    issue.refresh_from_db()
    assert issue.answers == []


def test_a_resident_changes_no_question(hole: Category, resident: Actor, neighbour_clerk: Actor, clerk: Actor) -> None:
    question = Question.objects.get(code="profondeur")
    for wrong in (resident, neighbour_clerk):
        with pytest.raises(NotAllowed):
            operations.save_question(actor=wrong, question=question, now=NOW)
    question.choices = DEPTHS[:1]
    with pytest.raises(Invalid):
        operations.save_question(actor=clerk, question=question, now=NOW)


@pytest.mark.parametrize("false", [{"kind": "riddle"}, {"kind": "singlevaluelist", "choices": []}, {"code": "twin"}])
def test_what_must_never_be_false_of_a_question(territory: Territory, false: dict[str, object]) -> None:
    question = QuestionFactory(code="one")
    QuestionFactory(category=question.category, code="twin")
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.filter(pk=question.pk).update(**false)
