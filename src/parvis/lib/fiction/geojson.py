"""A region as GeoJSON, for imports and for looking at it, and its digest."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from .model import Region

LAYERS = ("region", "municipalities", "districts", "villages", "woods", "waters", "streets", "bridges", "addresses",
          "places", "parks", "assets")  # fmt: skip


def layers(region: Region) -> dict[str, dict]:
    """One FeatureCollection for each name of ``LAYERS``; all say ``"fictional": true``."""
    features: dict[str, list] = {name: [] for name in LAYERS}
    features["region"].append(_feature(region.slug, "MultiPolygon", region.area, name=region.name,
                                       population=region.population))  # fmt: skip
    for town in region.municipalities:
        features["municipalities"].append(_feature(
            town.slug, "MultiPolygon", town.area, name=town.name, designation=town.designation,
            population=town.population, surface_km2=town.surface))  # fmt: skip
        features["villages"].append(_feature(town.slug, "Polygon", town.village, name=town.name))
        for district in town.districts:
            features["districts"].append(_feature(district.id, "MultiPolygon", district.area, name=district.name,
                                                  number=district.number, municipality=town.slug))  # fmt: skip
    features["woods"].append(_feature("woods", "MultiPolygon", region.woods))
    for water in region.waters:
        if water.area:
            features["waters"].append(_feature(water.id, "MultiPolygon", water.area, name=water.name, kind=water.kind))
        if water.lines:
            features["waters"].append(_feature(f"{water.id}/line", "MultiLineString", water.lines, name=water.name,
                                               kind=water.kind))  # fmt: skip
    _built(region, features)
    return {name: {"type": "FeatureCollection", "fictional": True, "features": rows} for name, rows in features.items()}


def _built(region: Region, features: dict[str, list]) -> None:
    for street in region.streets:
        features["streets"].append(_feature(
            street.id, "MultiLineString", street.lines, name=street.name, municipality=street.municipality,
            kind=street.kind, surface=street.surface, speed=street.speed, route=street.route))  # fmt: skip
    for bridge in region.bridges:
        features["bridges"].append(_feature(bridge.id, "Point", bridge.point, name=bridge.name, street=bridge.street,
                                            municipality=bridge.municipality, span_m=bridge.span))  # fmt: skip
    for address in region.addresses:
        features["addresses"].append(_feature(
            address.id, "Point", address.point, number=address.number, street=address.street_name,
            municipality=address.municipality, district=address.district))  # fmt: skip
    for place in region.places:
        features["places"].append(_feature(place.id, "Point", place.point, name=place.name, kind=place.kind,
                                           municipality=place.municipality, address=place.address))  # fmt: skip
        if place.area:
            features["parks"].append(_feature(place.id, "Polygon", place.area, name=place.name))
    for asset in region.assets:
        features["assets"].append(_feature(
            asset.id, "Point", asset.point, kind=asset.kind, code=asset.code, name=asset.name, state=asset.state,
            installed=asset.installed, municipality=asset.municipality, **dict(asset.details)))  # fmt: skip


def _feature(identifier: str, shape: str, coordinates: Any, /, **properties: Any) -> dict:
    return {"type": "Feature", "id": identifier, "properties": properties,
            "geometry": {"type": shape, "coordinates": coordinates}}  # fmt: skip


def digest(region: Region) -> str:
    """SHA-256 of the region's layers and head figures, written in one fixed way."""
    body = json.dumps([region.seed, region.population, layers(region)], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(body.encode()).hexdigest()
