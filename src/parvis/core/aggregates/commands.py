"""``parvis aggregates rebuild``."""

import time

import click
from django.db import transaction
from django.utils import timezone

from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.lib.errors import NotFound, gettext_noop

from . import operations


@click.command()
@click.option("--territory", "slug", default="", help="Only this one, by its slug.")
def rebuild(slug: str) -> None:
    """Count every kept figure again from nothing; says how many rows were not right."""
    with transaction.atomic(), use(territory=None):
        towns = list(Territory.objects.filter(slug=slug) if slug else Territory.objects.order_by("slug"))
    if slug and not towns:
        raise NotFound(gettext_noop("No territory is called «%(slug)s»."), slug=slug)
    for town in towns:
        for cube in operations.cubes():
            started = time.monotonic()
            with transaction.atomic(), use(territory=town):
                operations.refresh(cube, now=timezone.now())
                changed = operations.rebuild(cube, now=timezone.now())
            click.echo(f"/{town.slug}/ {cube.name}: {changed} rows changed ({time.monotonic() - started:.1f} s)")
