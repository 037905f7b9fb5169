"""``parvis card rotate``."""

import click
from django.db import transaction
from django.utils import timezone

from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import NotFound, gettext_noop

from . import operations


@click.command()
@click.argument("territory", required=False)
@click.option("--distrust", is_flag=True, help="The secret may have leaked: accept no card of earlier keys any more.")
def rotate(territory: str | None, distrust: bool) -> None:
    """Sign cards with a new key, in one territory or in all that give cards. Cards in people's hands go on."""
    with transaction.atomic(), use():
        rows = Territory.objects.filter(slug=territory) if territory else Territory.objects.all()
        places = [place for place in rows if not place.is_regional]
        if not places:
            raise NotFound(gettext_noop("No territory is called «%(slug)s»."), slug=territory or "")
        for place in places:
            with use(territory=place):
                key = operations.rotate_key(actor=Actor.system(place.pk), now=timezone.now(), distrust=distrust)
            click.echo(f"{place.name}: key {key.kid} signs now.")
    if distrust:
        click.echo("Cards on paper must be printed again; phones renew theirs when they have a line.")
