"""`parvis backup` and `parvis restore`: the database and the files, in one archive that says what it holds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

from parvis.project.cli.environment import LocalDatabase
from parvis.project.cli.progress import say
from parvis.project.obstacle import Obstacle


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
def backup(file: Path, force: bool) -> None:
    """Write the database and the files of the whole instance into one archive, while it runs."""
    database = LocalDatabase.for_this_process()
    with database.opened(owner=True):
        database.set_up_django(role="owner")
        from django.conf import settings

        from parvis.project.archive import write

        done = write(file, replace=force)
    say(f"{file}: {done.tables} tables and {done.files} files, {done.size / 1024**2:.1f} MB.")
    if done.stored_elsewhere:
        say("The files are in a storage of their own (S3), which is not in the archive: back it up there.")
    say(
        "Two keys are in no backup; keep them apart from it. "
        f"{done.sealing_keys}: without it, second factors and the secrets of webhooks cannot be read and are set up "
        f"again. {done.signing_key}: without it, everybody signs in again and links in mails no longer open. "
        f"A third file belongs beside the next restore: {settings.FORGOTTEN_FILE}, which says who was erased since."
    )


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Only check that the archive is whole.")
def restore(file: Path, check: bool) -> None:
    """Put an archive back into an empty database and an empty folder of files."""
    from parvis.project import archive

    contents = archive.verify(file)
    if check:
        say(f"{file} is whole: made {contents.made_at} by Parvis {contents.version}, {contents.files} files.")
        return
    database = LocalDatabase.for_this_process()
    with database.opened(owner=True):
        database.set_up_django(role="owner")
        archive.read(file, contents)
        from parvis.project.cli.migrate import run

        run()
        _forget_again()
    say(f"Restored what was saved {contents.made_at}.")


def _forget_again() -> None:
    """Erase again whoever was erased since the backup: as the application's role, which a process has from its start.

    Raises Obstacle when it fails: the instance must not open before.
    """
    environment = {key: value for key, value in os.environ.items() if key != "PARVIS_DATABASE_ROLE"}
    command = [sys.executable, "-m", "parvis.project.cli", "forgotten", "replay"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Obstacle(
            f"The database is restored, but who was erased since is not erased again: {done.stderr.strip()}",
            "Run `parvis forgotten replay` before you start the web server.",
        )
    say(done.stdout.strip())
