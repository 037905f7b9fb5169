"""``parvis import requests311``: the requests of another register."""

import sys
from pathlib import Path

import click
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import NotFound, gettext_noop

from .importers.mapping import read_map
from .importers.reading import Table
from .taking_in import Taken, take_in


@click.command()
@click.argument("territory")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--map", "columns", required=True, help="Which column holds what: montreal, ottawa, or a TOML file.")
@click.option("--source", default="", help="The file's name in the keys of its lines, if it was renamed since.")
@click.option("--skip-bad", is_flag=True, help="Leave out the lines that cannot be used, and write the others.")
def requests311(territory: str, file: Path, columns: str, source: str, skip_bad: bool) -> None:
    """Import the requests of another register from a table (CSV); whole or not at all, and once."""
    now = timezone.now()
    with transaction.atomic(), use():
        town = Territory.objects.filter(slug=territory).first()
        if town is None:
            raise NotFound(
                gettext_noop("There is no territory called %(slug)s: see `parvis territory list`."), slug=territory
            )
        table = Table(file, read_map(columns), zone=town.timezone, now=now, source=source)
        with use(territory=town):
            _say(_with_bar(table, town, skip_bad))


def _with_bar(table: Table, town: Territory, skip_bad: bool) -> Taken:
    """Take the file in, with a bar of what is read on a terminal; elsewhere in silence."""
    asked = {"actor": Actor.system(town.pk), "territory": town, "table": table, "skip_bad": skip_bad}
    if not sys.stderr.isatty():
        return take_in(now=timezone.now(), **asked)  # type: ignore[arg-type]  # named above
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    shown = (TextColumn("{task.description}"), BarColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*shown, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(_("Requests"), total=table.size)
        return take_in(now=timezone.now(), progress=lambda read: bar.advance(task, read), **asked)  # type: ignore[arg-type]  # named above


def _say(taken: Taken) -> None:
    parts = [_("%(n)d added") % {"n": taken.added}, _("%(n)d as they were") % {"n": taken.known}]
    if taken.doubles:
        parts.append(_("%(n)d said twice") % {"n": taken.doubles})
    if taken.kinds:
        parts.append(_("%(n)d new kinds of problems") % {"n": taken.kinds})
    if taken.bad:
        parts.append(_("%(n)d lines left out") % {"n": len(taken.bad)})
    click.echo(f"{_('Requests')}: {', '.join(parts)}.")
