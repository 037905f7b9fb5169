"""The demo region: *MRC des Trois-Sources*, seven municipalities that do not exist."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from . import model
from .addresses import Home, make_homes, village_homes
from .assets import AssetMaker
from .districts import cut_districts, district_names, in_order
from .land import TOWNS, Land, make_land, to_degrees
from .naming import slugify, words
from .network import Network, make_network
from .noise import Array, stream
from .places import Site, make_sites
from .roads import make_country_roads
from .streets import SPEEDS, Draft, make_streets
from .villages import Frame, make_frames, make_village
from .water import Waters, make_waters
from .woods import make_woods

NAME, SLUG = "MRC des Trois-Sources", "mrc-des-trois-sources"
POPULATION = sum(town.population for town in TOWNS)


@dataclass
class _Plan:
    """Everything drawn so far, in plane metres."""

    land: Land
    waters: Waters
    frames: dict[str, Frame]
    villages: dict[str, BaseGeometry]
    network: Network
    drafts: list[Draft]
    homes: list[Home]
    sites: list[Site]
    wet: BaseGeometry


def make_region(seed: int = 3, population: int | None = None) -> model.Region:
    """Draw the region. ``population`` scales it (14,526 people by default; 300,000 and more take seconds).

    The same arguments give the same region to the last digit. Raises ValueError below 700 people.
    """
    total = POPULATION if population is None else population
    if total < 700:
        raise ValueError("A region needs 700 people or more.")
    people = _share_out(total)
    plan = _draw(seed, people)
    streets, ids = _streets(plan)
    districts = {town.slug: _districts(plan, town.slug, town.districts) for town in TOWNS}
    addresses = _addresses(plan, ids, districts)
    places = tuple(_places(plan, addresses))
    clearings = shapely.union_all([*plan.villages.values(), plan.wet])
    return model.Region(
        seed=seed, slug=SLUG, name=NAME, population=total, area=_multi(plan.land.mrc),
        municipalities=tuple(_municipality(plan, town, people[town.slug], districts[town.slug]) for town in TOWNS),
        streets=streets, addresses=tuple(addresses), places=places,
        assets=tuple(asset for town in TOWNS for asset in _assets(plan, ids, town.slug, people[town.slug])),
        waters=tuple(_waters(plan.waters)), bridges=tuple(_bridges(plan, ids)),
        woods=_multi(make_woods(plan.land, clearings)),
    )  # fmt: skip


def _share_out(total: int) -> dict[str, int]:
    """Population of each municipality, in the proportions of the default region, adding up to ``total``."""
    shares = {town.slug: town.population * total // POPULATION for town in TOWNS}
    shares[TOWNS[0].slug] += total - sum(shares.values())
    return shares


def _draw(seed: int, people: dict[str, int]) -> _Plan:
    land = make_land(seed)
    waters = make_waters(land)
    frames = make_frames(land, {slug: village_homes(count) for slug, count in people.items()})
    villages = {slug: frame.outline() for slug, frame in frames.items()}
    roads = make_country_roads(land, waters, shapely.union_all(list(villages.values())))
    for frame in frames.values():
        roads += make_village(frame, waters)
    network = make_network(land, waters, roads)
    drafts = make_streets(land, network, villages)
    wet = shapely.union_all([waters.river_area.buffer(14), waters.lake_area.buffer(18)])
    homes = make_homes(land, drafts, wet, people)
    lines = [piece for draft in drafts for piece in draft.pieces]
    sites = make_sites(frames, homes, [drafts[home.street].town for home in homes], lines, wet)
    return _Plan(land, waters, frames, villages, network, drafts, homes, sites, wet)


def _streets(plan: _Plan) -> tuple[tuple[model.Street, ...], list[str]]:
    ids, streets = [], []
    for draft in plan.drafts:
        identifier = f"{draft.town}/{slugify(draft.name)}"
        ids.append(identifier)
        family = draft.key.partition(":")[0]
        unpaved = {"path": 1.0, "rural": 0.5}.get(draft.kind, 0.0)
        gravel = stream(plan.land.seed, "gravel", identifier).random() < unpaved
        speed = 50 if draft.core else SPEEDS[draft.kind]
        streets.append(model.Street(
            id=identifier, name=draft.name, municipality=draft.town, kind=draft.kind,
            surface="gravel" if gravel else "paved", speed=speed, length=round(draft.length, 1),
            lines=tuple(_line(piece) for piece in draft.pieces),
            route=family if family in ("286", "294") else ""))  # fmt: skip
    return tuple(streets), ids


def _districts(plan: _Plan, slug: str, count: int) -> list[tuple[model.District, BaseGeometry]]:
    homes = np.array([[h.x, h.y] for h in plan.homes if plan.drafts[h.street].town == slug])
    parts = in_order(cut_districts(plan.land.towns[slug], homes, count))
    names = district_names(plan.land.seed, slug, count)
    return [
        (model.District(f"{slug}/{number}", number, name, slug, _multi(part)), part)
        for number, (name, part) in enumerate(zip(names, parts, strict=True), start=1)
    ]


def _addresses(plan: _Plan, ids: list[str], districts: dict[str, list]) -> list[model.Address]:
    points = np.array([[home.x, home.y] for home in plan.homes])
    degrees = to_degrees(points)
    district = [""] * len(points)
    for parts in districts.values():
        for found, area in parts:
            for index in np.flatnonzero(shapely.contains_xy(area, *points.T)).tolist():
                district[index] = found.id
    return [
        model.Address(f"{ids[home.street]}/{home.number}", home.number, ids[home.street], plan.drafts[home.street].name,
                      plan.drafts[home.street].town, district[index], (float(lon), float(lat)))
        for index, (home, (lon, lat)) in enumerate(zip(plan.homes, degrees.tolist(), strict=True))
    ]  # fmt: skip


def _municipality(plan: _Plan, town, population: int, districts: list) -> model.Municipality:
    area, number = plan.land.towns[town.slug], TOWNS.index(town)
    return model.Municipality(
        slug=town.slug, name=town.name, designation=town.designation, gentile=town.gentile, population=population,
        centre=_point(plan.frames[town.slug].centre), surface=round(area.area / 1e6, 2), area=_multi(area),
        village=_rings(plan.villages[town.slug]), districts=tuple(district for district, _ in districts),
        phone=f"+1819555{142 + number:04d}", email=f"mairie@{town.slug}.example.org", founded=town.founded)  # fmt: skip


def _places(plan: _Plan, addresses: list[model.Address]):
    used: dict[str, int] = {}
    for site in plan.sites:
        base = f"{site.town}/{slugify(site.name)}"
        used[base] = used.get(base, 0) + 1
        yield model.Place(
            id=base if used[base] == 1 else f"{base}-{used[base]}", kind=site.kind, name=site.name,
            municipality=site.town, address=addresses[site.home].id if site.home is not None else "",
            point=_point(np.array([site.x, site.y])), area=_rings(site.area) if site.area else None)  # fmt: skip


def _assets(plan: _Plan, ids: list[str], slug: str, population: int) -> list[model.Asset]:
    drafts = [(ids[index], draft) for index, draft in enumerate(plan.drafts) if draft.town == slug]
    sites = [site for site in plan.sites if site.town == slug]
    maker = AssetMaker(plan.land.seed, slug, population)
    return maker.make(drafts, list(plan.waters.brooks.values()), sites, plan.waters.river_area)


def _waters(waters: Waters):
    for name, line in waters.rivers.items():
        yield model.Water(slugify(name), "river", name, (_line(line),), _multi(waters.river_areas[name]))
    for name, line in waters.brooks.items():
        yield model.Water(slugify(name), "brook", name, (_line(line),), ())
    for name, area in waters.lakes.items():
        yield model.Water(slugify(name), "lake", name, (), _multi(area))


def _bridges(plan: _Plan, ids: list[str]):
    families = list(words("names")["families"])
    stream(plan.land.seed, "bridges").shuffle(families)
    owners = [index for index, draft in enumerate(plan.drafts) for _ in draft.pieces]
    tree = shapely.STRtree([shapely.LineString(piece) for draft in plan.drafts for piece in draft.pieces])
    for number, (road, crossing) in enumerate(plan.network.bridges):
        here = shapely.Point(crossing.x, crossing.y)
        near = sorted(owners[i] for i in tree.query(here, predicate="dwithin", distance=3.0).tolist())
        for index in [i for i in near if plan.drafts[i].kind == road.kind][:1]:
            yield model.Bridge(f"{ids[index]}/pont-{number + 1}", f"pont {families[number % len(families)]}",
                               plan.drafts[index].town, ids[index], _point(np.array([crossing.x, crossing.y])),
                               round(crossing.end - crossing.start, 1))  # fmt: skip


def _point(point: Array) -> model.Point:
    lon, lat = to_degrees(point)[0].tolist()
    return (lon, lat)


def _line(points: Array) -> model.Line:
    return tuple((lon, lat) for lon, lat in to_degrees(points).tolist())


def _rings(area: BaseGeometry) -> model.Polygon:
    return tuple(_line(shapely.get_coordinates(ring)) for ring in (area.exterior, *area.interiors))


def _multi(area: BaseGeometry) -> model.MultiPolygon:
    return tuple(_rings(part) for part in shapely.get_parts(area) if part.geom_type == "Polygon")
