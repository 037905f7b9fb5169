"""Categories, photos and reports for tests."""

import io
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from parvis.core.cases.models import Case
from parvis.core.identity.tests.factories import OwnedFactory
from parvis.core.tenancy.context import current_territory_id
from parvis.lib.actor import Actor
from parvis.lib.ids import new_code, new_id
from parvis.modules.issues import operations
from parvis.modules.issues.models import Category, Issue, Question
from parvis.modules.issues.workflow import Status

NOW = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)


class CategoryFactory(OwnedFactory):
    """A kind of problem, promised in five working days."""

    class Meta:
        model = Category

    slug = factory.Sequence(lambda n: f"nid-de-poule-{n}")
    label_fr = "Nid-de-poule"
    label_en = "Pothole"
    label_es = "Bache"
    promised_days = 5


class QuestionFactory(OwnedFactory):
    """A question that may be left unanswered."""

    class Meta:
        model = Question

    category = factory.SubFactory(CategoryFactory)
    code = factory.Sequence(lambda n: f"question-{n}")
    label_fr = "Quelle profondeur ?"
    label_en = "How deep?"
    label_es = "¿Qué profundidad?"


def photo(name: str = "trou.jpg", *, size: tuple[int, int] = (64, 48), exif: bytes = b"") -> SimpleUploadedFile:
    """Return an uploaded JPEG."""
    out = io.BytesIO()
    Image.new("RGB", size, (120, 110, 100)).save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def make_issue(actor: Actor | None = None, **given: Any) -> Issue:
    """Report a problem in the territory in force, as a visitor unless an actor is given."""
    values: dict[str, Any] = {"lat": 45.8, "lon": -71.9, "description": "gros trou devant l'école", "now": NOW, **given}
    if "category" not in values:
        values["category"] = CategoryFactory()
    return operations.report_issue(actor=actor or Actor.visitor(current_territory_id()), **values)


def scattered(count: int, *, within: float = 0.05) -> list[Issue]:
    """Reports of two kinds around the town, month after month, in several states; some hidden."""
    dice, made = random.Random(5), []
    kinds = [CategoryFactory(), CategoryFactory()]
    first = make_issue(category=kinds[0])
    for number in range(count):
        at = datetime(2024, 1, 3, 4, tzinfo=UTC) + timedelta(days=number * 900 / count)
        status = dice.choice(list(Status))
        made.append(
            Issue(
                territory_id=first.territory_id,
                case=_another(first),
                code=f"T{number}",
                category=dice.choice(kinds),
                status=status,
                lat=45.8 + dice.gauss(0, within),
                lon=-71.9 + dice.gauss(0, within),
                address=f"{number}, rue {'Principale' if number % 3 else 'des Érables'}",
                reported_at=at,
                resolved_at=at if status is Status.RESOLVED else None,
                answer="Fait." if status in {Status.RESOLVED, Status.DECLINED} else "",
                is_hidden=number % 10 == 0,
            )
        )
    return Issue.objects.bulk_create(made)


def _another(issue: Issue) -> Case:
    """Return a case like a report's own."""
    case = Case.objects.get(pk=issue.case_id)
    case.pk, case.code, case._state.adding = new_id(), new_code(), True
    case.save()
    return case
