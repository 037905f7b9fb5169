"""Keep and delete the staff's saved filters."""

from typing import Any

from django.db import transaction

from parvis.core.cases import rules
from parvis.core.cases.models import SavedFilter
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, gettext_noop, require


@transaction.atomic
def save_filter(*, actor: Actor, name: str, query: dict[str, Any], is_shared: bool = False) -> SavedFilter:
    """Keep a filter of the work list under a name; the same name again changes it. Raises NotAllowed, Invalid."""
    require(rules.can_see_work_list(actor) and actor.person_id is not None)
    name = name.strip()[:60]
    if not name:
        raise Invalid(gettext_noop("Give this filter a name."), field="name")
    saved, _ = SavedFilter.objects.update_or_create(
        territory_id=actor.territory_id,
        owner_id=actor.person_id,
        name=name,
        defaults={"query": query, "is_shared": is_shared},
    )
    return saved


@transaction.atomic
def delete_filter(*, actor: Actor, saved: SavedFilter) -> None:
    """Delete one's own filter. Raises NotAllowed."""
    require(rules.can_change_filter(actor, saved))
    saved.delete()
