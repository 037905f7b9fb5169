"""GeoJSON: streets and areas, in WGS 84 or in the reference system the file or the caller names."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from shapely.geometry.base import BaseGeometry

from parvis.lib import geometry, plain
from parvis.lib.errors import gettext_noop
from parvis.lib.geometry import InvalidGeometry

from ..models import FeatureKind, RoadClass
from .reading import (
    AreaDraft,
    BadLine,
    FeatureDraft,
    MapReading,
    Progress,
    Reading,
    StreetDraft,
    Unreadable,
    existing,
    silent,
)

NAME_FIELDS = (
    "name",
    "nom",
    "odonyme",
    "nomrue",
    "nomvoie",
    "toponyme",
    "streetname",
    "rue",
    "street",
    "nmdis",
    "label",
)
CODE_FIELDS = ("code", "nodis", "codeid", "numero", "num", "number", "no", "ref", "abrev", "id", "objectid")
CLASS_FIELDS = ("highway", "class", "classe", "roadclass", "type", "kind")

ROAD_CLASSES: dict[str, int] = {
    "motorway": RoadClass.HIGHWAY, "trunk": RoadClass.HIGHWAY, "autoroute": RoadClass.HIGHWAY,
    "primary": RoadClass.MAIN, "secondary": RoadClass.MAIN, "nationale": RoadClass.MAIN, "provincial": RoadClass.MAIN,
    "regionale": RoadClass.MAIN, "artere": RoadClass.MAIN, "arterial": RoadClass.MAIN,
    "tertiary": RoadClass.COLLECTOR, "collectrice": RoadClass.COLLECTOR, "collector": RoadClass.COLLECTOR,
    "rural": RoadClass.COLLECTOR,
    "path": RoadClass.PATH, "footway": RoadClass.PATH, "cycleway": RoadClass.PATH, "track": RoadClass.PATH,
    "steps": RoadClass.PATH, "bridleway": RoadClass.PATH, "sentier": RoadClass.PATH,
}  # fmt: skip
_LINES = {"LineString", "MultiLineString"}
_SURFACES = {"Polygon", "MultiPolygon"}


def road_class(word: str) -> int:
    """Return the class of a road from the word a file uses ("secondary", "collectrice"); local when unknown."""
    first = plain.key(word).split(" ")[0].removesuffix("_link")
    return ROAD_CLASSES.get(first, RoadClass.LOCAL)


def field(properties: Mapping[str, Any], wanted: tuple[str, ...], chosen: str | None = None) -> str:
    """Return the first property among `wanted` (compared without case or signs), or the `chosen` one, as text."""
    if chosen is not None:
        return _text(properties.get(chosen))
    known = {"".join(plain.words(name)): value for name, value in properties.items()}
    return next((_text(known[name]) for name in wanted if _text(known.get(name))), "")


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""


def load(path: str | Path) -> dict[str, Any]:
    """Return a GeoJSON document. Raises Unreadable."""
    try:
        document = json.loads(existing(path).read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise Unreadable(gettext_noop("%(path)s is not a JSON file: %(why)s."), path=str(path), why=error) from error
    if isinstance(document, dict) and document.get("type") == "Feature":
        document = {"type": "FeatureCollection", "features": [document]}
    if isinstance(document, dict) and document.get("type") in _SURFACES | _LINES:
        document = {"type": "FeatureCollection", "features": [{"properties": {}, "geometry": document}]}
    if not isinstance(document, dict) or not isinstance(document.get("features"), list):
        raise Unreadable(gettext_noop("%(path)s is not a GeoJSON collection of features."), path=str(path))
    return document


def reference_system(document: Mapping[str, Any], crs: str | None) -> str:
    """Return the system the coordinates are in: the caller's word, the file's `crs` member, else WGS 84."""
    if crs:
        return crs
    member = document.get("crs")
    name = member.get("properties", {}).get("name") if isinstance(member, Mapping) else None
    return name if isinstance(name, str) and name else "OGC:CRS84"


def shapes(
    document: Mapping[str, Any], crs: str | None, bad: list[BadLine], progress: Progress = silent
) -> Iterator[tuple[int, Mapping[str, Any], BaseGeometry, Any]]:
    """Yield (number, properties, geometry in WGS 84, id) of each feature; those that cannot be read go to `bad`."""
    system = reference_system(document, crs)
    try:
        geometry.reproject(geometry.read({"type": "Point", "coordinates": [0, 0]}), system)
    except InvalidGeometry as error:
        if "unknown" in str(error):
            raise Unreadable(gettext_noop("Unknown reference system: %(crs)s."), crs=system) from error
    for number, feature in enumerate(document["features"], start=1):
        progress(1)
        try:
            shape = geometry.reproject(geometry.read(feature["geometry"]), system)
            if not _on_earth(shape):
                raise InvalidGeometry("coordinates outside the Earth: name their reference system with --crs")
        except (InvalidGeometry, KeyError, TypeError) as error:
            bad.append(BadLine(number, gettext_noop("no usable geometry"), str(error)))
            continue
        properties = feature.get("properties")
        yield number, properties if isinstance(properties, Mapping) else {}, shape, feature.get("id")


def _on_earth(shape: BaseGeometry) -> bool:
    west, south, east, north = shape.bounds
    return -180 <= west <= east <= 180 and -90 <= south <= north <= 90


def read_streets(
    path: str | Path, *, crs: str | None = None, name_field: str | None = None, progress: Progress = silent
) -> MapReading:
    """Read streets from GeoJSON lines; pieces of one name become one street, lines without a name are only drawn."""
    reading, document = MapReading(), load(path)
    streets: dict[str, StreetDraft] = {}
    seen: set[str] = set()
    for number, properties, shape, _id in shapes(document, crs, reading.streets.bad, progress):
        if shape.geom_type not in _LINES:
            reading.streets.bad.append(BadLine(number, gettext_noop("a street is a line"), shape.geom_type))
            continue
        mark = fingerprint(shape)
        name = field(properties, NAME_FIELDS, name_field)[:200]
        if f"{name}{mark}" in seen:
            reading.streets.doubles += 1
            continue
        seen.add(f"{name}{mark}")
        rank = road_class(field(properties, CLASS_FIELDS))
        if not plain.key(name):
            reading.streets.unnamed += 1
            kind = FeatureKind.PATH if rank == RoadClass.PATH else FeatureKind.ROAD
            reading.features.drafts.append(FeatureDraft(f"line:{mark}", kind, shape))
            continue
        gather(streets, StreetDraft(name, rank, [shape]))
    reading.streets.drafts = list(streets.values())
    return reading


def gather(streets: dict[str, StreetDraft], draft: StreetDraft) -> None:
    """Add a piece to its street, known by its name without accents and signs."""
    known = streets.setdefault(plain.key(draft.name), draft)
    if known is not draft:
        known.absorb(draft)


def fingerprint(shape: BaseGeometry) -> str:
    """Return a mark of a geometry: what has no number of its own is known by its shape."""
    return hashlib.sha256(shape.wkb).hexdigest()[:24]


def read_areas(
    path: str | Path,
    *,
    crs: str | None = None,
    name_field: str | None = None,
    code_field: str | None = None,
    progress: Progress = silent,
) -> Reading[AreaDraft]:
    """Read polygons with their codes and names. A code said twice is an error."""
    reading: Reading[AreaDraft] = Reading()
    codes: set[str] = set()
    for number, properties, shape, feature_id in shapes(load(path), crs, reading.bad, progress):
        if shape.geom_type not in _SURFACES:
            reading.bad.append(BadLine(number, gettext_noop("an area is a polygon"), shape.geom_type))
            continue
        code = (field(properties, CODE_FIELDS, code_field) or _text(feature_id) or str(number))[:40]
        if code in codes:
            reading.bad.append(BadLine(number, gettext_noop("this code stands twice in the file"), code))
            continue
        codes.add(code)
        name = field(properties, NAME_FIELDS, name_field)[:120] or code
        reading.drafts.append(AreaDraft(code, name, shape))
    if not reading.drafts and not reading.bad:
        raise Unreadable(gettext_noop("%(path)s holds no polygon."), path=str(path))
    return reading
