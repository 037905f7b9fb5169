"""``parvis territory add|list``."""

from pathlib import Path
from typing import Any

import click
from django.db import transaction
from rich.console import Console
from rich.table import Column, Table

from parvis.core.geo.importers import directory
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory, TerritoryKind
from parvis.lib.actor import Actor
from parvis.lib.errors import NotFound, gettext_noop

from . import operations


@click.command()
@click.argument("slug")
@click.argument("name", required=False)
@click.option(
    "--from",
    "file",
    type=click.Path(path_type=Path),
    help="Take it from the ministry's directory (CSV); SLUG is then its name or its geographic code, without NAME.",
)
@click.option("--kind", type=click.Choice(TerritoryKind.values), help="  [default: municipality, or the directory's]")
@click.option("--population", type=click.IntRange(min=0))
@click.option("--designation", help="Ville, municipalité, village…")
@click.option("--code", "official_code", help="The ministry's geographic code.")
@click.option("--member-of", "body", default="", help="Slug of the regional body it belongs to.")
def add(slug: str, name: str | None, file: Path | None, body: str, **given: Any) -> None:
    """Add a territory to this instance, from what is given or from its row in the ministry's directory."""
    fields = {"slug": slug, "name": name} if file is None else _of_directory(file, slug, name)
    fields |= {field: value for field, value in given.items() if value is not None}
    if not fields["name"]:
        raise click.UsageError("Give its name too, or the directory to take it --from.")
    with transaction.atomic(), use():
        system = Actor.system(None)
        territory = operations.create_territory(actor=system, **fields)
        if body:
            region = Territory.objects.filter(slug=body).first()
            if region is None:
                raise NotFound(gettext_noop("No territory is called «%(slug)s»."), slug=body)
            operations.join(actor=system, territory=territory, body=region)
    click.echo(f"{territory.name} is at /{territory.slug}/.")


def _of_directory(file: Path, wanted: str, name: str | None) -> dict[str, Any]:
    """What a directory says of a municipality."""
    if name:
        raise click.UsageError("With --from, give the name or the code only, between quotes if it has spaces.")
    return dict(directory.find_municipality(file, wanted).attributes())


@click.command()
def listing() -> None:
    """List the territories of this instance."""
    table = Table(*(Column(title, overflow="fold") for title in ("address", "name", "kind", "region", "population")))
    for territory in Territory.objects.order_by("kind", "name"):
        row = (f"/{territory.slug}/", territory.name, territory.kind, territory.region, f"{territory.population:,}")
        table.add_row(*row)
    Console().print(table)
