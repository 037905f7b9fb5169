"""Works that come back are planned once, and one time of them is left out or put back."""

from datetime import date, datetime, timedelta

from django.db import transaction

from parvis.core.events.operations import record
from parvis.core.ui.pagecache import bump
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, gettext_noop, require
from parvis.modules.issues import rules
from parvis.modules.issues.models import RecurringWork


@transaction.atomic
def save_recurring(*, actor: Actor, work: RecurringWork, now: datetime) -> RecurringWork:
    """Plan works that come back, or change them; their first day becomes the first that the rule names.

    Raises NotAllowed, Invalid (``weekdays``: the rule names no day; ``until``).
    """
    require(rules.can_plan_works(actor) and work.territory_id == actor.territory_id)
    if work.until is not None and work.until < work.starts_on:
        raise Invalid(gettext_noop("The last day is before the first."), field="until")
    if work.nth and (not work.weekdays or work.unit == "week"):
        raise Invalid(gettext_noop("Say of which days: the first Monday, for example, of the month."), field="weekdays")
    found = work.recurrence.coming(work.starts_on, 1)
    if not found:
        raise Invalid(gettext_noop("No day answers to this. Choose others."), field="weekdays")
    work.starts_on = found[0]
    work.full_clean(exclude=["territory", "team", "asset"], validate_unique=False)
    work.save()
    record(actor, "issues.recurring_saved", work, now=now)
    bump(work.territory_id)
    return work


@transaction.atomic
def skip_work(*, actor: Actor, work: RecurringWork, day: date, is_skipped: bool, now: datetime) -> RecurringWork:
    """Leave one time out, or put it back. Raises NotAllowed, Invalid (``day``: it does not fall on that day)."""
    require(rules.can_plan_works(actor) and work.territory_id == actor.territory_id)
    work = RecurringWork.objects.select_for_update(of=("self",)).get(pk=work.pk)
    if work.recurrence.coming(day, 1) != [day]:
        raise Invalid(gettext_noop("It does not take place on that day."), field="day")
    kept = {one for one in work.skipped if one > now.date() - timedelta(days=366)} - {day}
    work.skipped = sorted(kept | {day} if is_skipped else kept)
    work.save(update_fields=["skipped"])
    record(actor, "issues.recurring_saved", work, now=now, day=day.isoformat(), skipped=str(is_skipped))
    bump(work.territory_id)
    return work


@transaction.atomic
def delete_recurring(*, actor: Actor, work: RecurringWork, now: datetime) -> None:
    """Take works that come back out of the calendar. Raises NotAllowed."""
    require(rules.can_plan_works(actor) and work.territory_id == actor.territory_id)
    record(actor, "issues.recurring_deleted", work, now=now)
    territory_id = work.territory_id
    work.delete()
    bump(territory_id)
