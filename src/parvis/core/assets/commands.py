"""``parvis import assets``."""

from pathlib import Path

import click
from django.db import transaction
from django.utils import timezone

from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import NotFound, gettext_noop

from .importers import read_assets
from .operations import import_assets


@click.command()
@click.argument("territory")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--kind", default="", help="What the file holds, where its lines do not say.")
def assets(territory: str, file: Path, kind: str) -> None:
    """Import lamp posts, hydrants and the like from GeoJSON or CSV; whole or not at all."""
    reading = read_assets(file, kind=kind)
    with transaction.atomic(), use():
        found = Territory.objects.filter(slug=territory).first()
        if found is None:
            raise NotFound(gettext_noop("No territory is called «%(slug)s»."), slug=territory)
        with use(territory=found):
            stored = import_assets(actor=Actor.system(found.pk), reading=reading, now=timezone.now())
    click.echo(f"{stored.added} added, {stored.changed} changed, {stored.same} as they were.")
