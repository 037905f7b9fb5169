"""``parvis import streets|addresses|boundaries``: a territory's map from files, all or nothing."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
from django.db import transaction
from django.utils.translation import gettext as _
from shapely.geometry import box
from shapely.ops import unary_union

from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, NotFound, gettext_noop

from . import operations
from .bulk import Stored
from .importers import geojson, osm, table
from .importers.reading import AreaDraft, Progress, silent
from .models import Boundary, DistrictKind

FAR = 0.3  # degrees, some 25 km: more than any annexation moves a limit

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_crs = click.option("--crs", help="Reference system of the coordinates, when it is not WGS 84: EPSG:32198.")
_skip = click.option("--skip-bad", is_flag=True, help="Leave out the lines that cannot be used, and write the others.")


def _territory(slug: str) -> Territory:
    found = Territory.objects.filter(slug=slug).first()
    if found is None:
        raise NotFound(gettext_noop("There is no territory called %(slug)s: see `parvis territory list`."), slug=slug)
    return found


def _columns(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    pairs = [value.partition("=") for value in values]
    if any(not separator or not heading for _field, separator, heading in pairs):
        raise click.BadParameter("write field=column, such as street=NomRue")
    return {field: heading for field, _separator, heading in pairs}


def _with_bar(label: str, work: Callable[[Progress], Any]) -> Any:
    """Run the work with a counter on a terminal; elsewhere in silence."""
    if not sys.stderr.isatty():
        return work(silent)
    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed}"), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        return work(lambda steps: bar.advance(task, steps))


def _refuse_elsewhere(town: Territory, file: Path, *done: Stored) -> None:
    """Say so when nothing of a file was of use because all of it lies elsewhere. Raises Invalid."""
    if any(stored.left_out for stored in done) and not any(s.added + s.changed + s.same for s in done):
        raise Invalid(
            gettext_noop("Nothing in %(file)s lies in %(town)s, so nothing was written: is it another town's file?"),
            file=file.name,
            town=town.name,
        )


def _refuse_far(town: Territory, areas: Sequence[AreaDraft]) -> None:
    """Refuse a boundary on another part of the Earth than the one that the territory has. Raises Invalid."""
    known = Boundary.everywhere.filter(territory=town).first()
    if known is None or not areas:
        return
    asked = unary_union([box(*area.geometry.bounds) for area in areas])
    apart = asked.distance(box(known.west, known.south, known.east, known.north))
    if apart > FAR:
        raise Invalid(
            gettext_noop("This boundary is far from the one %(town)s has. Add --moved if it is right all the same."),
            town=town.name,
        )


def _say(what: str, stored: Stored) -> None:
    parts = [_("%(n)d added") % {"n": stored.added}, _("%(n)d changed") % {"n": stored.changed}]
    parts.append(_("%(n)d as they were") % {"n": stored.same})
    if stored.doubles:
        parts.append(_("%(n)d said twice") % {"n": stored.doubles})
    if stored.left_out:
        parts.append(_("%(n)d outside the territory") % {"n": stored.left_out})
    click.echo(f"{what}: {', '.join(parts)}.")


@click.command()
@click.argument("territory")
@click.argument("file", type=_FILE)
@_crs
@click.option("--name", "name_field", help="The property with the street's name, when it is not guessed.")
@click.option("--everything", is_flag=True, help="Keep what lies outside the territory's boundary too.")
@_skip
def streets(
    territory: str, file: Path, crs: str | None, name_field: str | None, everything: bool, skip_bad: bool
) -> None:
    """Import streets from GeoJSON, or streets, water and places from an OpenStreetMap file."""
    town = _territory(territory)

    def work(progress: Progress) -> dict[str, Stored]:
        if osm.is_osm(file):
            reading = osm.read_map(file, progress=progress)
        else:
            reading = geojson.read_streets(file, crs=crs, name_field=name_field, progress=progress)
        return operations.store_map(
            actor=Actor.system(town.pk), territory=town, reading=reading,
            clip=not everything, skip_bad=skip_bad, progress=progress,
        )  # fmt: skip

    done = _with_bar(_("Streets"), work)
    _refuse_elsewhere(town, file, *done.values())
    for what, stored in done.items():
        _say(what, stored)


@click.command()
@click.argument("territory")
@click.argument("file", type=_FILE)
@click.option(
    "--column", "columns", multiple=True, callback=_columns, help="Which column holds a field: street=NomRue."
)
@_crs
@_skip
def addresses(territory: str, file: Path, columns: dict[str, str], crs: str | None, skip_bad: bool) -> None:
    """Import civic addresses from a table (CSV)."""
    town = _territory(territory)

    def work(progress: Progress) -> Stored:
        reading = table.read_addresses(file, columns=columns, crs=crs, progress=progress)
        return operations.store_addresses(
            actor=Actor.system(town.pk), territory=town, reading=reading, skip_bad=skip_bad, progress=progress
        )

    done = _with_bar(_("Addresses"), work)
    _refuse_elsewhere(town, file, done)
    _say(_("Addresses"), done)


@click.command()
@click.argument("territory")
@click.argument("file", type=_FILE)
@click.option(
    "--as", "what", type=click.Choice(["boundary", *DistrictKind.values]), default="boundary",
    help="What the polygons are: the boundary of the territory (the default), or its districts of one kind.",
)  # fmt: skip
@_crs
@click.option("--name", "name_field", help="The property with the name.")
@click.option("--code", "code_field", help="The property with the code.")
@click.option("--margin", default=300.0, help="Metres around the points of a table that stand for a boundary.")
@click.option("--moved", is_flag=True, help="Accept a boundary far from the present one.")
@_skip
def boundaries(
    territory: str,
    file: Path,
    what: str,
    crs: str | None,
    name_field: str | None,
    code_field: str | None,
    margin: float,
    moved: bool,
    skip_bad: bool,
) -> None:
    """Import the boundary or the districts from GeoJSON, or a boundary around the points of a table (CSV)."""
    town = _territory(territory)
    actor = Actor.system(town.pk)
    if file.suffix.lower() in {".csv", ".tsv", ".txt"}:
        reading = table.read_hull(file, crs=crs, margin=margin)
    else:
        reading = geojson.read_areas(file, crs=crs, name_field=name_field, code_field=code_field)
    operations.refuse(skip_bad, reading)
    if what == "boundary" and not moved:
        _refuse_far(town, reading.drafts)
    with transaction.atomic():
        if what == "boundary":
            made = operations.store_boundary(actor=actor, territory=town, areas=reading.drafts, source=file.name)
            click.echo(_("Boundary of %(name)s: %(km2).1f km².") % {"name": town.name, "km2": made.surface})
        else:
            _say(what, operations.store_districts(actor=actor, territory=town, areas=reading.drafts, kind=what))
