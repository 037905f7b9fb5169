"""Places that count who comes in."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from parvis.core.events.operations import record
from parvis.lib.actor import Actor
from parvis.lib.errors import Conflict, Invalid, gettext_noop, require

from .. import queries, rules
from ..models import Place


@transaction.atomic
def open_place(*, actor: Actor, name: str, purpose: str, residents_only: bool, now: datetime) -> Place:
    """Open a place that counts entries. Raises NotAllowed, Invalid (``name``, ``purpose``), Conflict (``name``)."""
    require(rules.can_arrange(actor))
    values = _checked(name, purpose, residents_only)
    slug = slugify(name)[:60]
    if not slug:
        raise Invalid(gettext_noop("Give the place a name."), field="name")
    try:
        with transaction.atomic():
            made = Place.objects.create(slug=slug, opened_at=now, **values)
    except IntegrityError:
        raise Conflict(gettext_noop("A place with this name exists already."), field="name") from None
    record(actor, "card.place_opened", made, now=now)
    return made


@transaction.atomic
def change_place(*, actor: Actor, place: Place, name: str, purpose: str, residents_only: bool, now: datetime) -> Place:
    """Change a place, and open it again if it was closed. Its address stays. Raises NotAllowed, Invalid."""
    require(rules.can_arrange(actor))
    Place.objects.filter(pk=place.pk).update(closed_at=None, **_checked(name, purpose, residents_only))
    place.refresh_from_db()
    record(actor, "card.place_changed", place, now=now)
    return place


@transaction.atomic
def close_place(*, actor: Actor, place: Place, now: datetime) -> None:
    """Count no more entries at a place; its figures stay. What was counted before and arrives late is taken in."""
    require(rules.can_arrange(actor))
    Place.objects.filter(pk=place.pk, closed_at=None).update(closed_at=now)
    record(actor, "card.place_closed", place, now=now)


def _checked(name: str, purpose: str, residents_only: bool) -> dict[str, object]:
    if not name.strip():
        raise Invalid(gettext_noop("Give the place a name."), field="name")
    wanted = queries.purpose_named(purpose)
    if wanted is None:
        raise Invalid(gettext_noop("Choose what the card is shown for."), field="purpose")
    if residents_only and "resident" not in wanted.claims:
        raise Invalid(gettext_noop("This code does not say whether somebody is a resident."), field="purpose")
    return {"name": name.strip()[:80], "purpose": purpose, "residents_only": residents_only}
