"""``parvis territory add|list``."""

from typing import Any

import click
from django.db import transaction
from rich.console import Console
from rich.table import Table

from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory, TerritoryKind
from parvis.lib.actor import Actor
from parvis.lib.errors import NotFound, gettext_noop

from . import operations


@click.command()
@click.argument("slug")
@click.argument("name")
@click.option("--kind", type=click.Choice(TerritoryKind.values), default=TerritoryKind.MUNICIPALITY.value)
@click.option("--population", type=int, default=0)
@click.option("--designation", default="", help="Ville, municipalité, village…")
@click.option("--code", "official_code", default="", help="The ministry's geographic code.")
@click.option("--member-of", "body", default="", help="Slug of the regional body it belongs to.")
def add(slug: str, name: str, body: str, **fields: Any) -> None:
    """Add a territory to this instance."""
    with transaction.atomic(), use():
        system = Actor.system(None)
        territory = operations.create_territory(actor=system, slug=slug, name=name, **fields)
        if body:
            region = Territory.objects.filter(slug=body).first()
            if region is None:
                raise NotFound(gettext_noop("No territory is called «%(slug)s»."), slug=body)
            operations.join(actor=system, territory=territory, body=region)
    click.echo(f"{territory.name} is at /{territory.slug}/.")


@click.command()
def listing() -> None:
    """List the territories of this instance."""
    table = Table("address", "name", "kind", "population")
    for territory in Territory.objects.order_by("kind", "name"):
        table.add_row(f"/{territory.slug}/", territory.name, territory.kind, f"{territory.population:,}")
    Console().print(table)
