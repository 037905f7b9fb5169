"""What there is to learn from: seed words, the names of the categories, and what was reported here."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from parvis.modules.issues.models import Category, Issue
from parvis.modules.issues.workflow import Status

from .learning import Example
from .seeds import phrases_for

MOST_OF_A_CATEGORY = 400  # the newest reports: more change nothing but the time it takes
MOST_LETTERS = 600


def words_of_category(category: Category) -> list[str]:
    """Return what is known of a category without any report: its names, its keywords, the seed words of its concept."""
    names = [category.label_fr, category.label_en, category.label_es]
    keywords = [word.strip() for word in category.keywords.split(",")]
    return [text for text in (*names, *keywords, *phrases_for([category.slug.replace("-", " "), *names])) if text]


def examples_of(categories: list[Category]) -> Iterator[Example]:
    """Yield every example of the territory in force: seeds first, then what staff have taken up of the reports."""
    for category in categories:
        yield from (Example(category.slug, text, is_seed=True) for text in words_of_category(category))
    slugs = {category.pk: category.slug for category in categories}
    for category_id, description in _reports(list(slugs)):
        yield Example(slugs[category_id], description[:MOST_LETTERS])


def _reports(categories: list[UUID]) -> Iterator[tuple[UUID, str]]:
    """Yield category and words of the newest reports of each category; their category is the one staff left."""
    rows = Issue.objects.filter(category__in=categories, is_hidden=False).exclude(description="")
    rows = rows.exclude(status=Status.REPORTED)
    ranked = rows.annotate(
        nth=Window(RowNumber(), partition_by=F("category_id"), order_by=F("reported_at").desc())
    ).filter(nth__lte=MOST_OF_A_CATEGORY)
    yield from ranked.values_list("category_id", "description").iterator(chunk_size=2000)
