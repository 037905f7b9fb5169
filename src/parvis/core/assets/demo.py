"""The demo region's lamp posts, hydrants, culverts, benches, buildings and vehicles."""

from parvis.core.geo.importers.reading import Reading
from parvis.core.registry.stage import Stage
from parvis.lib.actor import Actor

from .importers import AssetDraft
from .operations import import_assets


def load(stage: Stage) -> None:
    """Set the assets of one territory."""
    streets = {street.id: street.name for street in stage.region.streets_of(stage.territory.slug)}
    drafts = [
        AssetDraft(
            line=line,
            kind=asset.kind,
            code=asset.code,
            lat=asset.point[1],
            lon=asset.point[0],
            name=asset.name,
            state=asset.state,
            street=streets.get(asset.street, ""),
            installed=asset.installed,
            details=dict(asset.details),
        )
        for line, asset in enumerate(stage.region.assets_of(stage.territory.slug), start=1)
    ]
    import_assets(actor=Actor.system(stage.territory.pk), reading=Reading(drafts=drafts), now=stage.now)
