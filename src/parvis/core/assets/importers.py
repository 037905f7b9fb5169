"""Read assets from GeoJSON or CSV. The whole file is checked; every bad line is reported with its number."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shapely.errors import ShapelyError
from shapely.geometry import shape

from parvis.core.geo.importers.reading import BadLine, Reading, Unreadable, existing
from parvis.core.geo.importers.table import open_table
from parvis.lib import geometry, plain
from parvis.lib.errors import gettext_noop

from .models import AssetKind, AssetState

NAMES: dict[str, tuple[str, ...]] = {
    "kind": ("kind", "type", "categorie", "genre"),
    "code": ("code", "id", "numero", "no", "identifiant", "objectid"),
    "name": ("name", "nom", "description"),
    "state": ("state", "etat", "condition"),
    "street": ("street", "rue", "voie"),
    "installed": ("installed", "annee", "year", "installation"),
    "lat": ("lat", "latitude", "y"),
    "lon": ("lon", "lng", "longitude", "x"),
}
KINDS: dict[str, str] = {
    "lampadaire": "lamp",
    "luminaire": "lamp",
    "borne fontaine": "hydrant",
    "borne incendie": "hydrant",
    "ponceau": "culvert",
    "banc": "bench",
    "batiment": "building",
    "vehicule": "vehicle",
}


@dataclass(frozen=True, slots=True)
class AssetDraft:
    """An asset as a file tells it."""

    line: int
    kind: str
    code: str
    lat: float
    lon: float
    name: str = ""
    state: str = "good"
    street: str = ""
    installed: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


def read_assets(path: str | Path, *, kind: str = "") -> Reading[AssetDraft]:
    """Read a .geojson, .json or .csv file. `kind` is used where a line gives none. Raises Unreadable."""
    path = existing(path)
    reading: Reading[AssetDraft] = Reading()
    entries = _features(path) if path.suffix.lower() in {".geojson", ".json"} else _rows(path)
    seen: set[tuple[str, str]] = set()
    for line, values in entries:
        try:
            draft = _draft(line, values, kind)
        except ValueError as error:
            reading.bad.append(BadLine(line, str(error), str(values.get("code") or values.get("name") or "")))
            continue
        if (draft.kind, draft.code) in seen:
            reading.bad.append(BadLine(line, gettext_noop("this code stands twice in the file"), draft.code))
            continue
        seen.add((draft.kind, draft.code))
        reading.drafts.append(draft)
    return reading


def _rows(path: Path) -> list[tuple[int, dict[str, Any]]]:
    table = open_table(path)
    return [(line, dict(row)) for line, row in table.rows]


def _features(path: Path) -> list[tuple[int, dict[str, Any]]]:
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
        features = document["features"]
    except (UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError) as error:
        raise Unreadable(gettext_noop("%(path)s is not GeoJSON."), path=str(path)) from error
    entries = []
    for line, feature in enumerate(features, start=1):
        values = dict(feature.get("properties") or {})
        if feature.get("id") is not None:
            values.setdefault("id", feature["id"])
        try:
            point = shape(feature["geometry"]).representative_point()
            values |= {"lon": point.x, "lat": point.y}
        except (ShapelyError, KeyError, TypeError, AttributeError, ValueError):
            values |= {"lon": "", "lat": ""}
        entries.append((line, values))
    return entries


def _draft(line: int, values: Mapping[str, Any], fallback: str) -> AssetDraft:
    known = {"".join(plain.words(str(key))): key for key in values}
    found = {name: next((known[n] for n in names if n in known), None) for name, names in NAMES.items()}
    cell = {name: str(values[key]).strip() if key is not None else "" for name, key in found.items()}
    kind = KINDS.get(plain.fold(cell["kind"]).replace("-", " "), cell["kind"].lower()) or fallback
    if kind not in AssetKind.values:
        raise ValueError(gettext_noop("the kind is unknown: lamp, hydrant, culvert, bench, building, vehicle or other"))
    if not cell["code"]:
        raise ValueError(gettext_noop("the code is missing"))
    try:
        lat, lon = float(cell["lat"].replace(",", ".")), float(cell["lon"].replace(",", "."))
    except ValueError as error:
        raise ValueError(gettext_noop("the position cannot be read")) from error
    if not geometry.is_position(lat, lon):
        raise ValueError(gettext_noop("the position is not on Earth"))
    state = cell["state"].lower() or AssetState.GOOD.value
    if state not in AssetState.values:
        raise ValueError(gettext_noop("the state is unknown: good, worn, poor, broken or removed"))
    used = set(found.values())
    details = {str(key): value for key, value in values.items() if key not in used and value not in ("", None)}
    year = int(cell["installed"]) if cell["installed"].isdecimal() and len(cell["installed"]) == 4 else None
    return AssetDraft(
        line, kind, cell["code"][:60], lat, lon, cell["name"][:160], state, cell["street"][:160], year, details
    )
