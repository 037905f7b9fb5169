"""`parvis backup` and `parvis restore`: the database and the files, in one archive that says what it holds."""

from __future__ import annotations

from pathlib import Path

import click

from parvis.project.cli.environment import LocalDatabase
from parvis.project.cli.progress import say


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
def backup(file: Path, force: bool) -> None:
    """Write the database and the files of the whole instance into one archive, while it runs."""
    database = LocalDatabase.for_this_process()
    with database.opened(owner=True):
        database.set_up_django(role="owner")
        from parvis.project.archive import write

        done = write(file, replace=force)
    say(f"{file}: {done.tables} tables and {done.files} files, {done.size / 1024**2:.1f} MB.")
    if done.stored_elsewhere:
        say("The files are in a storage of their own (S3), which is not in the archive: back it up there.")
    say(
        "Two files are in no backup; keep them apart from it. "
        f"{done.sealing_keys}: without it, second factors and the secrets of webhooks cannot be read and are set up "
        f"again. {done.signing_key}: without it, everybody signs in again and links in mails no longer open."
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
    say(f"Restored what was saved {contents.made_at}.")
