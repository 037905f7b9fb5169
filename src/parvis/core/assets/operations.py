"""Import assets and change their state; each change is a line of history."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from parvis.core.events.operations import record
from parvis.core.geo.bulk import Stored, upsert
from parvis.core.geo.importers.reading import BadLines, Reading
from parvis.core.tenancy.context import current_territory_id
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, gettext_noop, require

from . import rules
from .importers import AssetDraft
from .models import Asset, AssetEvent, AssetState


@transaction.atomic
def import_assets(*, actor: Actor, reading: Reading[AssetDraft], now: datetime) -> Stored:
    """Store what a file held, by kind and code: twice makes no doubles.

    Raises NotAllowed, and BadLines before anything is written.
    """
    require(rules.can_manage(actor))
    if reading.bad:
        raise BadLines(reading.bad)
    known = {(asset.kind, asset.code): asset for asset in Asset.objects.all()}
    fresh = [_asset(draft, now) for draft in reading.drafts]
    stored = upsert(Asset, fresh, lambda asset: _same_moment(asset, known.get((asset.kind, asset.code))))
    added = [asset for asset in fresh if (asset.kind, asset.code) not in known]
    _note(added, actor, now)
    territory = Territory.objects.get(pk=current_territory_id())
    record(actor, "assets.imported", territory, now=now, added=stored.added, changed=stored.changed)
    return stored


def _asset(draft: AssetDraft, now: datetime) -> Asset:
    return Asset(
        kind=draft.kind,
        code=draft.code,
        name=draft.name,
        state=draft.state,
        lat=draft.lat,
        lon=draft.lon,
        street=draft.street,
        installed=draft.installed,
        details=dict(draft.details),
        updated_at=now,
    )


def _same_moment(fresh: Asset, old: Asset | None) -> Asset | None:
    """Keep the moment of the stored row, so that an unchanged line counts as the same."""
    if old is not None:
        fresh.updated_at, fresh.is_public = old.updated_at, old.is_public
    return old


def _note(assets: Sequence[Asset], actor: Actor, now: datetime) -> None:
    AssetEvent.objects.bulk_create(
        [
            AssetEvent(
                territory_id=asset.territory_id,
                asset_id=asset.pk,
                what="imported",
                after=asset.state,
                actor_id=actor.person_id,
                at=now,
            )
            for asset in assets
        ],
        batch_size=2000,
    )


@transaction.atomic
def change_state(*, actor: Actor, asset: Asset, state: AssetState, now: datetime, case_id: UUID | None = None) -> Asset:
    """Note how an asset fares now, perhaps because of a case. Raises NotAllowed, Invalid (no change)."""
    require(rules.can_manage(actor))
    before = asset.state
    changed = Asset.objects.filter(pk=asset.pk).exclude(state=state).update(state=state, updated_at=now)
    if not changed:
        raise Invalid(gettext_noop("It is in this state already."), field="state")
    asset.state, asset.updated_at = state, now
    AssetEvent.objects.create(
        asset=asset, what="state_changed", before=before, after=state, actor_id=actor.person_id, case_id=case_id, at=now
    )
    record(actor, "assets.state_changed", asset, now=now, before=str(before), after=str(state))
    return asset


@transaction.atomic
def note_work(*, actor: Actor, asset: Asset, case_id: UUID, now: datetime) -> None:
    """Add the work of a case to an asset's history, once, for an operation that has checked its own rule."""
    if not AssetEvent.objects.filter(asset=asset, case_id=case_id, what="worked_on", at=now).exists():
        AssetEvent.objects.create(asset=asset, what="worked_on", actor_id=actor.person_id, case_id=case_id, at=now)
