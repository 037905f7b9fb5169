"""`parvis assets`: style sheets, scripts and images, gathered where the web server finds them."""

from __future__ import annotations

import click

from parvis.project.cli.environment import LocalDatabase
from parvis.project.cli.progress import say


@click.command()
def assets() -> None:
    """Gather style sheets, scripts and images for the web server."""
    LocalDatabase.for_this_process().set_up_django()
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)
    say("The web server's files are in place.")
