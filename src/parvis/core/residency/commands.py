"""``parvis import tax-accounts``: the pairs by which residents prove their address, whole or not at all."""

from pathlib import Path

import click
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from parvis.core.geo.importers.reading import BadLines
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import NotFound, gettext_noop

from . import operations
from .rolls import read_roll


@click.command()
@click.argument("territory")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--column", "columns", multiple=True, help="Which column holds a field: account=NoCompte.")
def tax_accounts(territory: str, file: Path, columns: tuple[str, ...]) -> None:
    """Import a tax roll (CSV) in the place of the former: of each number and amount only a hash is kept."""
    chosen = {field: heading for field, _mark, heading in (column.partition("=") for column in columns)}
    reading = read_roll(file, columns=chosen)
    if reading.bad:
        raise BadLines(reading.bad)
    with transaction.atomic(), use():
        town = Territory.objects.filter(slug=territory).first()
        if town is None:
            raise NotFound(gettext_noop("No territory is called «%(slug)s»."), slug=territory)
        with use(territory=town):
            kept = operations.keep_roll(actor=Actor.system(town.pk), pairs=reading.drafts, now=timezone.now())
    click.echo(_("%(n)d tax accounts can prove an address.") % {"n": kept})
