"""What a territory decides about reports."""

from datetime import datetime

from django.db import transaction

from parvis.core.events.operations import record
from parvis.core.ui.pagecache import bump
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, gettext_noop, require
from parvis.modules.issues import rules
from parvis.modules.issues.models import LISTS, Category, Question

SHOWN = ("label_fr", "label_en", "label_es", "street_only")
"""What the search tells of the reports of a kind: once it changes, they are written there again."""


@transaction.atomic
def save_category(*, actor: Actor, category: Category, now: datetime) -> Category:
    """Add or change a category; reports in progress keep the promise they were given. Raises NotAllowed."""
    require(rules.can_configure(actor) and category.territory_id == actor.territory_id)
    category.full_clean(exclude=["territory", "team"], validate_unique=False)
    before = Category.objects.filter(pk=category.pk).values(*SHOWN).first()
    category.save()
    record(actor, "issues.category_saved", category, now=now)
    if before is not None and any(before[name] != getattr(category, name) for name in SHOWN):
        record(actor, "issues.kind_shown_otherwise", category, now=now)
    bump(category.territory_id)
    return category


@transaction.atomic
def save_question(*, actor: Actor, question: Question, now: datetime) -> Question:
    """Add or change what is asked about a category; what was answered keeps its words. Raises NotAllowed, Invalid.

    A list needs two answers or more, each ``{"key", "fr", "en", "es"}`` with a key and a French text of its own.
    """
    require(rules.can_configure(actor) and question.territory_id == actor.territory_id)
    keys = [str(choice.get("key", "")) for choice in question.choices]
    if question.kind not in LISTS:
        question.choices = []
    elif len(keys) < 2 or len(set(keys)) < len(keys) or not all(c.get("key") and c.get("fr") for c in question.choices):
        raise Invalid(gettext_noop("Give at least two different answers to choose from."), field="choices")
    question.full_clean(exclude=["territory", "category"], validate_unique=False, validate_constraints=False)
    question.save()
    record(actor, "issues.category_saved", question.category, now=now)
    bump(question.territory_id)
    return question
