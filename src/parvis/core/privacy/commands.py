"""``parvis forgotten replay`` and ``parvis forgotten check``."""

from pathlib import Path

import click
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from parvis.core.tenancy.context import use

from . import ledger, operations
from .models import Forgotten


@click.command()
@click.option("--file", "path", type=click.Path(dir_okay=False, path_type=Path), help="The ledger; else the usual one.")
def replay(path: Path | None) -> None:
    """Forget again what was forgotten since the backup that was put back."""
    count = operations.forget_again(now=timezone.now(), path=path)
    with transaction.atomic(), use(territory=None):
        operations.complete_ledger()
    click.echo(f"{count} forgotten again.")
    if path is None and not Path(settings.FORGOTTEN_FILE).exists():
        click.echo(
            f"There is no ledger at {settings.FORGOTTEN_FILE}: who was erased after the backup may be back. "
            "Put the file there and run `parvis forgotten replay`."
        )


@click.command()
def check() -> None:
    """Say whether the ledger holds every line that the database knows."""
    with transaction.atomic(), use(territory=None):
        known = {str(pk) for pk in Forgotten.objects.values_list("pk", flat=True)}
    kept = ledger.read(Path(settings.FORGOTTEN_FILE)).keys()
    click.echo(f"{settings.FORGOTTEN_FILE}: {len(kept)} lines, {len(known - kept)} missing.")
