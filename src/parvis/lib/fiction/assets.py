"""What a municipality owns along its streets: lamp posts, hydrants, culverts, benches, buildings, vehicles."""

from __future__ import annotations

import math

import numpy as np
import shapely

from .land import to_degrees
from .model import Asset
from .naming import words
from .noise import Array, lengths, normals, stream
from .places import Site
from .streets import Draft

CODES = {"lamp": "L", "hydrant": "BF", "culvert": "P", "bench": "B", "building": "BAT", "vehicle": "V"}
LABELS = {"lamp": "Lampadaire", "hydrant": "Borne-fontaine", "culvert": "Ponceau", "bench": "Banc"}
PUBLIC = {"town_hall", "library", "arena", "pool", "fire_station", "public_works", "community_centre", "theatre",
          "ecocentre"}  # fmt: skip
FLEET = ((400, 1), (900, 2), (1500, 4), (5000, 7), (10**9, 10))


class AssetMaker:
    """Makes the assets of one municipality, numbered by kind."""

    def __init__(self, seed: int, slug: str, population: int) -> None:
        self.slug, self.population = slug, population
        self.rng = stream(seed, "assets", slug)
        self.counts: dict[str, int] = {}
        self.made: list[tuple[Asset, float, float]] = []

    def make(self, drafts: list[tuple[str, Draft]], brooks: list[Array], sites: list[Site], wet) -> list[Asset]:
        """All assets of this municipality. ``drafts`` are (street id, street) pairs of this municipality."""
        streams = shapely.MultiLineString(brooks)
        for street, draft in drafts:
            urban = draft.kind == "residential" or draft.core
            if urban:
                self._along(street, draft, "lamp", 46, 6.5)
                if self.population >= 900:
                    self._along(street, draft, "hydrant", 148, 5.5)
            else:
                self._along(street, draft, "culvert", 1350, 0)
            self._brook_culverts(street, draft, streams)
        self._at_sites(sites)
        if not self.made:
            return []
        points = to_degrees(np.array([[x, y] for _, x, y in self.made]))
        dry = ~shapely.contains_xy(wet, *np.array([[x, y] for _, x, y in self.made]).T)
        place = [(float(lon), float(lat)) for lon, lat in points]
        return [
            _placed(asset, point)
            for (asset, _, _), point, ok in zip(self.made, place, dry, strict=True)
            if ok or asset.kind == "culvert"
        ]

    def _along(self, street: str, draft: Draft, kind: str, step: float, offset: float) -> None:
        for piece in draft.pieces:
            along = lengths(piece)
            count = int(along[-1] / step)
            left = normals(piece)
            at = (np.arange(count) + 0.5) * along[-1] / max(count, 1)
            # Lamp posts change sides, hydrants keep theirs, culverts lie under the road.
            side = np.where(np.arange(count) % 2, 1, -1) if kind == "lamp" else np.ones(count)
            x, y, nx, ny = (np.interp(at, along, values) for values in (*piece.T, *left.T))
            for px, py in zip(x + side * offset * nx, y + side * offset * ny, strict=True):
                self._add(kind, street, draft.name, float(px), float(py))

    def _brook_culverts(self, street: str, draft: Draft, brooks: shapely.MultiLineString) -> None:
        for piece in draft.pieces:
            for x, y in shapely.get_coordinates(shapely.intersection(shapely.LineString(piece), brooks)):
                self._add("culvert", street, draft.name, float(x), float(y), wide=True)

    def _at_sites(self, sites: list[Site]) -> None:
        for site in sites:
            if site.kind in PUBLIC:
                self._add("building", "", site.name, site.x, site.y)
            for index in range({"park": 4, "town_hall": 1, "church": 2, "market": 5, "library": 1}.get(site.kind, 0)):
                turn = 2 * math.pi * index / 4 + 0.4
                self._add("bench", "", site.name, site.x + 11 * math.cos(turn), site.y + 11 * math.sin(turn))
            if site.kind == "public_works" or (self.population < 400 and site.kind == "town_hall"):
                fleet = next(count for limit, count in FLEET if self.population < limit)
                for index, vehicle in enumerate(words("places")["vehicles"][:fleet]):
                    self._add("vehicle", "", vehicle["name"], site.x + 4 * index - 12, site.y - 14)

    def _add(self, kind: str, street: str, where: str, x: float, y: float, *, wide: bool = False) -> None:
        number = self.counts[kind] = self.counts.get(kind, 0) + 1
        rng = self.rng
        code = f"{CODES[kind]}-{number:03d}"
        name = where if kind in ("building", "vehicle") else f"{LABELS[kind]}, {where}"
        age = {"vehicle": 14, "building": 70}.get(kind, 42)
        state = rng.choices(("good", "worn", "poor"), (72, 22, 6))[0]
        details = _details(rng, kind, wide)
        asset = Asset(f"{self.slug}/{code.lower()}", kind, code, name, self.slug, street, (0.0, 0.0),
                      2025 - int(age * rng.random() ** 1.4), state, details)  # fmt: skip
        self.made.append((asset, round(x, 1), round(y, 1)))


def _placed(asset: Asset, point: tuple[float, float]) -> Asset:
    return Asset(asset.id, asset.kind, asset.code, asset.name, asset.municipality, asset.street, point,
                 asset.installed, asset.state, asset.details)  # fmt: skip


def _details(rng, kind: str, wide: bool) -> tuple[tuple[str, str | int | float], ...]:
    if kind == "lamp":
        led = rng.random() < 0.7
        return (("light", "DEL" if led else "sodium"), ("power_w", rng.choice((35, 39, 54)) if led else 100))
    if kind == "hydrant":
        return (("flow_l_min", rng.choice((1500, 1900, 2800, 3800))), ("colour", "rouge"))
    if kind == "culvert":
        size = rng.choice((1200, 1500, 1800, 2400)) if wide else rng.choice((375, 450, 600, 900))
        return (("diameter_mm", size), ("material", rng.choice(("béton", "acier ondulé", "polyéthylène"))))
    if kind == "bench":
        return (("material", rng.choice(("bois", "acier", "plastique recyclé"))),)
    if kind == "building":
        return (
            ("floor_area_m2", rng.randrange(140, 2600, 20)),
            ("accessible", rng.choice(("oui", "oui", "en partie"))),
        )
    return (
        ("odometer_km", rng.randrange(8_000, 240_000, 500)),
        ("energy", rng.choice(("diesel", "diesel", "essence"))),
    )
