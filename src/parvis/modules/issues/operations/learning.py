"""Keep what was learned of the words that people use here."""

from datetime import datetime

from django.db import transaction

from parvis.core.tenancy.context import current_territory_id
from parvis.modules.issues.models import Learned


@transaction.atomic
def keep_learned(*, weights: bytes, examples: int, now: datetime) -> None:
    """Put new weights in the place of the territory's old ones."""
    Learned.objects.update_or_create(
        territory_id=current_territory_id(),
        defaults={"weights": weights, "examples": examples, "learned_at": now},
    )
