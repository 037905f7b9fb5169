"""Categories as clerks build them: texts, questions, seasons."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from parvis.core.content.operations import ensure_territory_content
from parvis.core.identity.models import Team
from parvis.core.identity.tests.factories import make_staff, sign_in
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid
from parvis.modules.issues import queries, season
from parvis.modules.issues.models import Category, Question

from .factories import CategoryFactory, make_issue

WINTER, SUMMER = {"season_start": 1115, "season_end": 415}, {"season_start": 501, "season_end": 930}
JANUARY, JULY = datetime(2026, 1, 20, 15, tzinfo=UTC), datetime(2026, 7, 14, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "start", "end", "inside"),
    [
        (date(2026, 1, 1), 1115, 415, True),
        (date(2026, 11, 15), 1115, 415, True),
        (date(2026, 4, 15), 1115, 415, True),
        (date(2026, 4, 16), 1115, 415, False),
        (date(2026, 11, 14), 1115, 415, False),
        (date(2026, 5, 1), 501, 930, True),
        (date(2026, 10, 1), 501, 930, False),
        (date(2026, 10, 1), None, None, True),
        (date(2028, 2, 29), 301, 228, False),
    ],
)
def test_seasons(day: date, start: int | None, end: int | None, inside: bool) -> None:
    assert season.is_in(day, start, end) is inside


def test_a_day_that_does_not_exist_is_no_day() -> None:
    assert season.number_of(2, 29) == 229
    for month, day in ((2, 30), (4, 31), (13, 1), (0, 1), (1, 0)):
        with pytest.raises(ValueError, match="no such day"):
            season.number_of(month, day)


@pytest.mark.django_db
def test_only_what_is_in_season_is_offered(territory: Territory) -> None:
    snow, grass, holes = CategoryFactory(**WINTER), CategoryFactory(**SUMMER), CategoryFactory()
    assert set(queries.offered(JANUARY.date())) == {snow, holes}
    assert set(queries.offered(JULY.date())) == {grass, holes}
    with pytest.raises(IntegrityError), transaction.atomic():
        Category.objects.filter(pk=snow.pk).update(season_end=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Category.objects.filter(pk=snow.pk).update(season_end=1301)


@pytest.mark.django_db
def test_out_of_season_a_resident_reads_why_and_staff_take_it_all_the_same(resident: Actor, clerk: Actor) -> None:
    snow = CategoryFactory(**WINTER, out_fr="Le déneigement reprend le 15 novembre.")
    with pytest.raises(Invalid) as refused:
        make_issue(resident, category=snow, now=JULY)
    assert (refused.value.field, str(refused.value)) == ("category", "Le déneigement reprend le 15 novembre.")
    make_issue(resident, category=snow, now=JANUARY)
    make_issue(clerk, category=snow, now=JULY)


def said(**more: object) -> dict[str, object]:
    return {
        "label_fr": "Déneigement",
        "label_en": "Snow removal",
        "label_es": "Nieve",
        "help_fr": "Trottoirs et rues",
        "icon": "snow",
        "promised_days": "2",
        "warn_days": "1",
        "order": "10",
        "is_active": "on",
        **more,
    }


@pytest.mark.django_db
def test_a_clerk_builds_a_category_with_its_questions(territory: Territory) -> None:
    ensure_territory_content(territory)
    team = Team.objects.create(slug="voirie", name="Voirie")
    client = Client(headers={"host": "localhost"})
    sign_in(client, make_staff(territory))
    base = f"/{territory.slug}/bureau/signalements/categories/"
    preview = client.post(f"{base}apercu/", said(label_en="Snow & ice")).content.decode()
    assert "Snow &amp; ice" in preview
    assert "Nieve" in preview
    looked = client.post(f"{base}nouvelle/", said(preview="1"))
    assert (looked.status_code, Category.objects.count()) == (200, 0)
    half = said(season_start_0="15", season_start_1="11")
    assert client.post(f"{base}nouvelle/", half).status_code == 422
    assert client.post(f"{base}nouvelle/", said(season_start_0="31", season_start_1="11")).status_code == 422
    whole = {**half, "season_end_0": "15", "season_end_1": "4", "team": str(team.pk), "asset_kinds": ["hydrant"]}
    answer = client.post(f"{base}nouvelle/", whole)
    assert answer.headers["Location"].endswith("/categories/deneigement/"), answer.content[:3000]
    category = Category.objects.get()
    assert (category.season_start, category.season_end, category.asset_kinds) == (1115, 415, ["hydrant"])
    page = f"{base}deneigement/questions/nouvelle/"
    asked = {"label_fr": "Quelle épaisseur ?", "kind": "singlevaluelist", "order": "1", "is_active": "on"}
    assert client.post(page, {**asked, "answers": "Mince"}).status_code == 422
    lines = "Mince | Thin | Fina\nÉpaisse | Thick"
    answer = client.post(page, {**asked, "answers": lines})
    assert answer.status_code == 302, answer.context["form"].errors
    question = Question.objects.get()
    assert question.code == "quelle_epaisseur"
    assert question.choices[1] == {"key": "epaisse", "fr": "Épaisse", "en": "Thick", "es": ""}
    change = f"{base}deneigement/questions/{question.pk}/"
    assert "Mince | Thin | Fina" in client.get(change).content.decode()
    client.post(change, {**asked, "answers": "Mince | Slim\nÉpaisse"})
    question.refresh_from_db()
    assert (question.choices[0]["key"], question.choices[0]["en"]) == ("mince", "Slim")
    assert "Quelle épaisseur" in client.get(f"{base}deneigement/").content.decode()
    assert "15 novembre" in client.get(base).content.decode()
