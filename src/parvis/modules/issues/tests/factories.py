"""Categories, photos and reports for tests."""

import io
from datetime import UTC, datetime
from typing import Any

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from parvis.core.identity.tests.factories import OwnedFactory
from parvis.core.tenancy.context import current_territory_id
from parvis.lib.actor import Actor
from parvis.modules.issues import operations
from parvis.modules.issues.models import Category, Issue, Question

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
