"""Import assets and change them; each change of state, place or visibility is a line of history."""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from parvis.core.events.operations import record
from parvis.core.geo import districts
from parvis.core.geo.bulk import Stored, upsert
from parvis.core.geo.importers.reading import BadLines, Reading
from parvis.core.tenancy.context import current_territory_id
from parvis.core.tenancy.here import territory_here
from parvis.core.tenancy.models import Territory
from parvis.core.ui import pagecache
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, gettext_noop, require

from . import rules
from .importers import AssetDraft
from .models import Asset, AssetEvent, AssetState, Happening

BATCH = 2000


@transaction.atomic
def import_assets(*, actor: Actor, reading: Reading[AssetDraft], now: datetime) -> Stored:
    """Store what a file held, by kind and code: twice makes no doubles.

    Raises NotAllowed, and BadLines before anything is written.
    """
    require(rules.can_manage(actor))
    if reading.bad:
        raise BadLines(reading.bad)
    known = {(asset.kind, asset.code): asset for asset in Asset.objects.all()}
    district_of = districts.locator(territory_here())
    fresh = [_asset(draft, now, district_of) for draft in reading.drafts]
    stored = upsert(Asset, fresh, lambda asset: _same_moment(asset, known.get((asset.kind, asset.code))))
    pairs = ((known.get((asset.kind, asset.code)), asset) for asset in fresh)
    lines = [line for old, new in pairs for line in _lines(old, new, actor, now)]
    AssetEvent.objects.bulk_create(lines, batch_size=BATCH)
    territory = Territory.objects.get(pk=current_territory_id())
    record(actor, "assets.imported", territory, now=now, added=stored.added, changed=stored.changed)
    pagecache.bump(territory.pk)
    return stored


def _asset(draft: AssetDraft, now: datetime, district_of: Callable[[float, float], UUID | None]) -> Asset:
    return Asset(
        kind=draft.kind,
        code=draft.code,
        name=draft.name,
        state=draft.state,
        lat=draft.lat,
        lon=draft.lon,
        street=draft.street,
        district_id=district_of(draft.lat, draft.lon),
        installed=draft.installed,
        details=dict(draft.details),
        updated_at=now,
    )


def _same_moment(fresh: Asset, old: Asset | None) -> Asset | None:
    """Keep the moment of the stored row, so that an unchanged line counts as the same."""
    if old is not None:
        fresh.updated_at, fresh.is_public = old.updated_at, old.is_public
    return old


def _lines(old: Asset | None, new: Asset, actor: Actor, now: datetime) -> Iterable[AssetEvent]:
    """Yield a line of history for each thing that differs between two moments of an asset, not yet stored."""

    def line(what: Happening, before: str = "", after: str = "") -> AssetEvent:
        told = {"what": what, "before": before, "after": after, "actor_id": actor.person_id, "at": now}
        return AssetEvent(territory_id=new.territory_id, asset_id=new.pk, **told)

    if old is None:
        yield line(Happening.IMPORTED, after=new.state)
        return
    if old.state != new.state:
        yield line(Happening.STATE_CHANGED, old.state, new.state)
    if _place(old) != _place(new):
        yield line(Happening.MOVED, _place(old), _place(new))
    if old.is_public != new.is_public:
        yield line(Happening.SHOWN if new.is_public else Happening.HIDDEN)


def _place(asset: Asset) -> str:
    """Where it stands, to the metre: less is the noise of two surveys."""
    return f"{asset.lat:.5f},{asset.lon:.5f}"


@transaction.atomic
def change_asset(
    *,
    actor: Actor,
    asset: Asset,
    state: AssetState,
    street: str,
    lat: float,
    lon: float,
    is_public: bool,
    now: datetime,
) -> Asset:
    """Note how an asset fares, where it stands (words, and degrees of WGS 84), and whether the public map shows it.

    Raises NotAllowed, Invalid (``place``: outside the territory).
    """
    require(rules.can_manage(actor))
    old = Asset.objects.select_for_update().select_related("territory").get(pk=asset.pk)
    for name, value in {"state": state, "street": street, "lat": lat, "lon": lon, "is_public": is_public}.items():
        setattr(asset, name, value)
    if _place(old) != _place(asset) and not districts.is_inside(old.territory, lat, lon):
        raise Invalid(gettext_noop("This place is outside the territory. Move the pin."), field="place")
    lines = list(_lines(old, asset, actor, now))
    if not lines and old.street == street:
        return asset
    asset.updated_at, asset.district = now, districts.locate(old.territory, lat, lon)
    asset.save(update_fields=["state", "street", "lat", "lon", "district", "is_public", "updated_at"])
    AssetEvent.objects.bulk_create(lines)
    record(actor, "assets.changed", asset, now=now, before=str(old.state), after=str(state), is_public=is_public)
    pagecache.bump(asset.territory_id)
    return asset


@transaction.atomic
def file_by_district() -> int:
    """File everything under the electoral districts as they are now; return how many things moved to another."""
    district_of = districts.locator(territory_here())
    moved = []
    for asset in Asset.objects.only("lat", "lon", "district", "territory").iterator(chunk_size=BATCH):
        found = district_of(asset.lat, asset.lon)
        if found != asset.district_id:
            asset.district_id = found
            moved.append(asset)
    Asset.objects.bulk_update(moved, ["district"], batch_size=BATCH)
    return len(moved)


@transaction.atomic
def note_work(*, actor: Actor, asset: Asset, case_id: UUID, now: datetime) -> None:
    """Add the work of a case to an asset's history, once, for an operation that has checked its own rule."""
    if not AssetEvent.objects.filter(asset=asset, case_id=case_id, what=Happening.WORKED_ON, at=now).exists():
        AssetEvent.objects.create(
            asset=asset, what=Happening.WORKED_ON, actor_id=actor.person_id, case_id=case_id, at=now
        )
