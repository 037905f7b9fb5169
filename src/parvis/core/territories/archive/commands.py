"""``parvis territory export|import``."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from django.utils.translation import gettext as _

from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import NotFound, gettext_noop

from .form import Progress, silent
from .loading import load_archive
from .writing import write_archive


@contextmanager
def _bar(label: str) -> Iterator[Progress]:
    if not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed}"), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda steps: bar.advance(task, steps)


@click.command("export")
@click.argument("slug")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--without-personal-data", "nameless", is_flag=True, help="Leave out people, and what they wrote.")
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
def export_archive(slug: str, file: Path, nameless: bool, force: bool) -> None:
    """Write one complete archive of a territory."""
    territory = Territory.objects.filter(slug=slug).first()
    if territory is None:
        raise NotFound(gettext_noop("There is no territory called %(slug)s: see `parvis territory list`."), slug=slug)
    if file.exists() and not force:
        raise click.ClickException(f"{file} exists already: choose another name, or add --force to replace it.")
    with _bar(_("Writing the archive")) as progress:
        manifest = write_archive(
            file, actor=Actor.system(territory.pk), territory=territory, with_people=not nameless, progress=progress
        )
    rows = sum(entry.rows or 0 for entry in manifest.entries)
    click.echo(f"{territory.name} is in {file}: {rows:,} rows, {manifest.files:,} files. It holds "
               + ("no personal data." if nameless else "personal data: keep it as safe as the database."))  # fmt: skip


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--slug", default="", help="Another address for it, when its own is taken.")
def import_archive(file: Path, slug: str) -> None:
    """Bring a territory in from its archive, all or nothing."""
    with _bar(_("Reading the archive")) as progress:
        loaded = load_archive(file, actor=Actor.system(None), slug=slug, progress=progress)
    rows = sum(entry.rows or 0 for entry in loaded.manifest.entries)
    click.echo(
        f"{loaded.territory.name} is at /{loaded.territory.slug}/: {rows:,} rows, {loaded.manifest.files:,} files."
    )
    if loaded.recognised:
        click.echo(f"{loaded.recognised} people were recognised by their e-mail; nothing of theirs was changed.")
    if loaded.waiting:
        click.echo(f"{loaded.waiting} ties wait for territories that are not on this instance.")
