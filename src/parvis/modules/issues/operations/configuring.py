"""What a territory decides about reports."""

from datetime import datetime

from django.db import transaction

from parvis.core.events.operations import record
from parvis.core.ui.pagecache import bump
from parvis.lib.actor import Actor
from parvis.lib.errors import require
from parvis.modules.issues import rules
from parvis.modules.issues.models import Category


@transaction.atomic
def save_category(*, actor: Actor, category: Category, now: datetime) -> Category:
    """Add or change a category; reports in progress keep the promise they were given. Raises NotAllowed."""
    require(rules.can_configure(actor))
    category.full_clean(exclude=["territory", "team"], validate_unique=False)
    category.save()
    record(actor, "issues.category_saved", category, now=now)
    bump(category.territory_id)
    return category
