"""The demo region: its territories, then each package's part of it, in the order they need each other."""

from collections.abc import Callable, Iterator
from datetime import datetime
from graphlib import TopologicalSorter
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from parvis.core.registry.module import Module
from parvis.core.registry.registry import registry
from parvis.core.registry.stage import Stage
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Setting, Territory, TerritoryKind
from parvis.core.territories import operations
from parvis.core.territories.models import Kind
from parvis.lib.actor import Actor
from parvis.lib.fiction.model import Municipality, Region
from parvis.lib.fiction.people import phone_number
from parvis.lib.fiction.region import make_region

SEED = 3
NEWS_ONLY = 3  # the town, by its place in the region, that shows only the news of the regional body
HOURS = "8 h 30 – 16 h 30"
MARK = "demo"  # the setting that remembers which packages have set their part

# The region's own colours, so that a visitor sees at once that each town has its face.
BRANDS = ("#0f5c4f", "#1c4f82", "#7a3b12", "#5b3a86", "#7c2342", "#2f5d1e", "#145566", "#3c4a6b")


def load(
    *,
    population: int | None = None,
    seed: int = SEED,
    now: datetime | None = None,
    progress: Callable[..., None] | None = None,
) -> None:
    """Load what is missing of the demo region; safe to run at every start.

    `population` scales it (14,526 people by default). `progress(label, done, total)` is told of each step.
    """
    now = now or timezone.now()
    modules = list(_in_order())
    with transaction.atomic(), use():
        if all(_loaded(territory) >= {m.name for m in modules} for territory in _fictional()) and _fictional():
            return
    region = make_region(seed, population)
    territories = _territories(region, now)
    municipalities: dict[str, Municipality] = {town.slug: town for town in region.municipalities}
    steps = [(module, territory) for module in modules for territory in territories]
    for done, (module, territory) in enumerate(steps):
        if progress:
            progress(f"{module.name}: {territory.name}", done, len(steps))
        stage = Stage(territory, region, municipalities.get(territory.slug), now)
        _set(module, stage)
    if progress:
        progress("", len(steps), len(steps))


def _in_order() -> Iterator[Module]:
    ready = {module.name: module for module in registry() if module.demo}
    order = TopologicalSorter({name: set(module.demo_after) & set(ready) for name, module in ready.items()})
    yield from (ready[name] for name in order.static_order())


def _fictional() -> list[Territory]:
    return list(Territory.objects.filter(is_fictional=True))


def _loaded(territory: Territory) -> set[str]:
    with use(territory=territory):
        values = Setting.objects.filter(module=MARK).values_list("values", flat=True).first() or {}
    return set(values.get("loaded", ()))


def _set(module: Module, stage: Stage) -> None:
    with transaction.atomic(), use(territory=stage.territory, person=None):
        done = _loaded(stage.territory)
        if module.name in done:
            return
        import_string(module.demo)(stage)
        Setting.objects.update_or_create(
            module=MARK,
            territory_id=stage.territory.pk,
            defaults={"values": {"loaded": sorted(done | {module.name})}},
        )


@transaction.atomic
def _territories(region: Region, now: datetime) -> list[Territory]:
    with use():
        system = Actor.system(None)
        body = _territory(
            system,
            now,
            region.slug,
            name=region.name,
            kind=TerritoryKind.REGIONAL,
            brand=BRANDS[0],
            designation="MRC",
            population=sum(town.population for town in region.municipalities),
            phone=phone_number(41),
            email=f"info@{region.slug}.example.org",
            opening_hours=HOURS,
            **_centre(region.municipalities[0].centre),
        )
        made = [body]
        for town, brand in zip(region.municipalities, BRANDS[1:], strict=False):
            territory = _territory(
                system,
                now,
                town.slug,
                name=town.name,
                designation=town.designation,
                population=town.population,
                brand=brand,
                phone=town.phone,
                email=town.email,
                opening_hours=HOURS,
                **_centre(town.centre),
            )
            operations.join(actor=system, territory=territory, body=body, now=now)
            made.append(territory)
        _show_each_other(system, body, made[1:], now)
        # The two smallest let the regional body's staff work over their reports.
        for territory in sorted(made[1:], key=lambda t: t.population)[:2]:
            operations.delegate(actor=system, territory=territory, to=body, service="issues", now=now)
    return made


def _show_each_other(system: Actor, body: Territory, towns: list[Territory], now: datetime) -> None:
    """Let the regional body publish everything; all towns show it, but one that wants its news only."""
    for kind in Kind.values:
        operations.publish(actor=system, territory=body, kind=kind, now=now)
    for order, town in enumerate(towns):
        for kind in [Kind.NEWS] if order == NEWS_ONLY else Kind.values:
            operations.accept(actor=system, territory=town, publisher=body, kind=kind, now=now)


def _territory(system: Actor, now: datetime, slug: str, **fields: Any) -> Territory:
    found = Territory.objects.filter(slug=slug).first()
    return found or operations.create_territory(actor=system, slug=slug, now=now, is_fictional=True, **fields)


def _centre(point: tuple[float, float]) -> dict[str, float]:
    return {"lon": point[0], "lat": point[1]}


def people() -> list[tuple[str, str, str]]:
    """Return the demo people as (name, who they are, where): what `parvis demo` prints."""
    for module in registry():
        if module.demo_people:
            return list(import_string(module.demo_people)())
    return []
