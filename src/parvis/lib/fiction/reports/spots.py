"""Where a report points to: an address, a lamp post, a park, the bank of the river."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import shapely

from ..land import to_degrees, to_metres
from ..model import Address, Place, Point, Region, Street
from ..noise import stream
from .categories import Category


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a street, with what can be said about it. ``n2`` is a neighbouring civic number."""

    point: Point
    street: Street
    address: Address
    n2: int
    asset: str = ""
    code: str = ""
    place: Place | None = None


class Spots:
    """The places of one municipality from which reports are drawn; some streets are worse than others."""

    def __init__(self, region: Region, slug: str, seed: int) -> None:
        self.streets = {street.id: street for street in region.streets_of(slug)}
        self.addresses = list(region.addresses_of(slug))
        self.metres = to_metres(np.array([address.point for address in self.addresses]))
        self.tree = shapely.STRtree(shapely.points(self.metres))
        self.lines = {
            street.id: shapely.MultiLineString([to_metres(np.array(line)) for line in street.lines])
            for street in self.streets.values()
        }
        self.places = list(region.places_of(slug))
        self.assets = {kind: region.assets_of(slug, kind) for kind in ("lamp", "hydrant", "culvert")}
        self.pools = self._pools(region, seed)

    def draw(self, rng: random.Random, category: Category, home: Address | None) -> Spot:
        """A spot for a category; ``home`` is where the reporter lives, when known."""
        if category.where == "home" or (category.where in ("street", "village") and home and rng.random() < 0.4):
            return self._by(rng, home or rng.choice(self.addresses))
        if category.where in ("lamp", "hydrant", "culvert") and self.assets[category.where]:
            asset = rng.choice(self.assets[category.where])
            near = self._nearest(asset.point)
            street = self.streets.get(asset.street) or self.streets[near.street]
            return Spot(asset.point, street, near, near.number + 4, asset.id, asset.code)
        if category.where in ("park", "place"):
            parks = [place for place in self.places if place.kind == "park"]
            place = rng.choice(parks if category.where == "park" and parks else self.places)
            near = self._nearest(place.point)
            return Spot(place.point, self.streets[near.street], near, near.number + 4, place=place)
        addresses, weights = self.pools.get(category.where) or self.pools["street"]
        return self._by(rng, rng.choices(addresses, cum_weights=weights)[0])

    def _by(self, rng: random.Random, address: Address) -> Spot:
        """On the street in front of an address, a few metres off along it."""
        x, y = to_metres(np.array([address.point]))[0] + np.array([rng.gauss(0, 7), rng.gauss(0, 7)])
        line = self.lines[address.street]
        on = line.interpolate(line.project(shapely.Point(x, y)))
        lon, lat = to_degrees(np.array([[on.x, on.y]]))[0].tolist()
        place = self._near_place(rng, lon, lat)
        return Spot((lon, lat), self.streets[address.street], address, address.number + rng.choice((6, 8, 12, 20)),
                    place=place)  # fmt: skip

    def _near_place(self, rng: random.Random, lon: float, lat: float) -> Place | None:
        if rng.random() > 0.3:
            return None
        near = [p for p in self.places if abs(p.point[0] - lon) < 0.0022 and abs(p.point[1] - lat) < 0.0015]
        return rng.choice(near) if near else None

    def _nearest(self, point: Point) -> Address:
        return self.addresses[int(self.tree.nearest(shapely.Point(to_metres(np.array([point]))[0])))]

    def _pools(self, region: Region, seed: int) -> dict[str, tuple[list[Address], list[float]]]:
        def pool(keep) -> tuple[list[Address], list[float]] | None:
            chosen = [address for address, ok in zip(self.addresses, keep, strict=True) if ok]
            if not chosen:
                return None
            bad = {s: stream(seed, "trouble", s).lognormvariate(0, 0.9) for s in self.streets}
            return chosen, list(accumulate(bad[address.street] for address in chosen))

        urban = [self._urban(address) for address in self.addresses]
        rivers = [shapely.LineString(to_metres(np.array(line))) for w in region.waters for line in w.lines]
        river = shapely.union_all(rivers)
        wet = shapely.distance(shapely.points(self.metres), river) < 220
        pools = {"street": pool([True] * len(urban)), "village": pool(urban), "rural": pool([not u for u in urban]),
                 "water": pool(wet)}  # fmt: skip
        return {name: found for name, found in pools.items() if found}

    def _urban(self, address: Address) -> bool:
        street = self.streets[address.street]
        return street.kind == "residential" or street.speed == 50
