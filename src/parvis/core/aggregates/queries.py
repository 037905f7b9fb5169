"""Whether kept counts are up to date."""

from parvis.core.tenancy.context import current_territory_id

from .models import Mark

MANY_DAYS = 31


def is_counting(module: str) -> bool:
    """Tell whether the counts of a module are still to be made here: after a first start, an import, an archive.

    What a few changes mark is counted within a minute and is no news to anybody.
    """
    marks = Mark.objects.filter(territory_id=current_territory_id(), cube__startswith=f"{module}.")
    if marks.filter(day=None).exists():
        return True
    return marks.values("day").distinct()[: MANY_DAYS + 1].count() > MANY_DAYS
