"""What the preference page shows and does, for oneself and for a clerk who serves somebody: one place for both."""

from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.forms import Form

from parvis.core.geo.models import District
from parvis.core.geo.queries import search_addresses
from parvis.core.identity import operations as identity
from parvis.core.tenancy.here import territory_here
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, NotFound, gettext_noop

from . import operations, pushing
from .forms import PRESETS, DetailForm, PlaceForm, PresetForm
from .preferences import Standing, standing_of
from .queries import places_of


def context_of(person_id: UUID, *, is_staff: bool) -> dict[str, Any]:
    """Return what the page shows of somebody."""
    standing = standing_of(person_id, is_staff=is_staff)
    return {
        "standing": standing,
        "places": places_of(person_id),
        "presets": [(value, label, hint) for value, (label, hint) in PRESETS.items()],
        "push_key": pushing.public_key() if "push" in standing.channels else "",
        "push_known": " ".join(sha256(device.endpoint.encode()).hexdigest()[:16] for device in standing.devices),
        "has_places": any(line.topic.has_places for line in standing.lines),
    }


def form_of(step: str, data: Mapping[str, Any], standing: Standing) -> Form | None:
    """Return the bound form of a step; None for a step without one."""
    if step == "detail":
        return DetailForm(data, standing=standing)  # type: ignore[arg-type]  # a QueryDict
    kinds: dict[str, type[Form]] = {"preset": PresetForm, "place": PlaceForm}
    return kinds[step](data) if step in kinds else None


def _preset(*, actor: Actor, person_id: UUID, form: Any, data: Mapping[str, Any], now: datetime) -> None:
    said = form.cleaned_data
    operations.choose_preset(actor=actor, person_id=person_id, preset=said["preset"], now=now)
    identity.change_details(actor=actor, person_id=person_id, language=said["language"], now=now)


def _detail(*, actor: Actor, person_id: UUID, form: Any, data: Mapping[str, Any], now: datetime) -> None:
    said = form.cleaned_data
    given: dict[str, Any] = {"actor": actor, "person_id": person_id, "now": now}
    operations.choose_quiet(begin=said["quiet_from"], end=said["quiet_until"], **given)
    operations.choose_each(rhythms=form.rhythms, **given)


def _place(*, actor: Actor, person_id: UUID, form: Any, data: Mapping[str, Any], now: datetime) -> None:
    said, district = form.cleaned_data, form.cleaned_data.get("district")
    given: dict[str, Any] = {"actor": actor, "person_id": person_id, "now": now}
    if isinstance(district, District):
        operations.add_place(district_id=district.pk, **given)
        return
    where = said.get("place") or {}
    lat, lon, words = where.get("lat"), where.get("lon"), where.get("address", "")
    if lat is None and words:
        found = next(iter(search_addresses(territory_here(), words)), None)
        if found is None:
            raise Invalid(gettext_noop("We did not find this address. Write its number and street."), field="place")
        lat, lon, words = found.lat, found.lon, found.label
    operations.add_place(label=words, lat=lat, lon=lon, radius=said["radius"], **given)


def _remove_place(*, actor: Actor, person_id: UUID, form: Any, data: Mapping[str, Any], now: datetime) -> None:
    operations.remove_place(actor=actor, person_id=person_id, place_id=_key(data, "place"), now=now)


def _remove_device(*, actor: Actor, person_id: UUID, form: Any, data: Mapping[str, Any], now: datetime) -> None:
    operations.remove_device(actor=actor, person_id=person_id, device_id=_key(data, "device"))


def _lift(*, actor: Actor, person_id: UUID, form: Any, data: Mapping[str, Any], now: datetime) -> None:
    operations.lift_marks(actor=actor, person_id=person_id, now=now)


def _key(data: Mapping[str, Any], name: str) -> UUID:
    try:
        return UUID(str(data.get(name, "")))
    except ValueError:
        raise NotFound


_STEPS: dict[str, Callable[..., None]] = {
    "preset": _preset,
    "detail": _detail,
    "place": _place,
    "remove_place": _remove_place,
    "remove_device": _remove_device,
    "lift": _lift,
}


def do(step: str, **given: Any) -> None:
    """Do one step of the page. Raises Invalid for a step that there is not, and what its operation raises."""
    if step not in _STEPS:
        raise Invalid
    _STEPS[step](**given)
