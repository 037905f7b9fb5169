"""The command line's entry: finds the command, runs it, and says in one sentence what went wrong."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any

import click

from parvis.project.cli.progress import terminal_language
from parvis.project.cli.registered import HouseGroup
from parvis.project.obstacle import Obstacle

BUILT_IN = {
    "demo": ("parvis.project.cli.demo:demo", "Run the demo region: database, web server and worker in one."),
    "serve": ("parvis.project.cli.serve:serve", "Run the web server."),
    "worker": ("parvis.project.cli.worker:worker", "Run the background worker."),
    "migrate": ("parvis.project.cli.migrate:migrate", "Bring the database to what this version needs."),
    "backup": ("parvis.project.cli.archive:backup", "Write the database and the files into one archive."),
    "restore": ("parvis.project.cli.archive:restore", "Put an archive back into an empty database."),
    "assets": ("parvis.project.cli.assets:assets", "Gather style sheets, scripts and images for the web server."),
    "doctor": ("parvis.project.cli.doctor:doctor", "Check the installation and say what to do."),
    "demo-load": ("parvis.project.cli.demo:demo_load", "Load the demo region into the database."),
}


@click.group(cls=HouseGroup, built_in=BUILT_IN, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, envvar="PARVIS_DEBUG_COMMANDS", help="Show the whole error, for developers.")
@click.version_option(package_name="parvis")
def house(debug: bool) -> None:
    """Parvis: every service of a community, in one place."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process: 0 when it went well, 1 after a failure, 2 for a wrong usage."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parvis.project.settings")
    try:
        status = house.main(arguments, prog_name="parvis", standalone_mode=False)
    except click.ClickException as refusal:
        refusal.show()
        sys.exit(refusal.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        if "--debug" in arguments or os.environ.get("PARVIS_DEBUG_COMMANDS"):
            traceback.print_exc()
        click.echo(sentence(error), err=True)
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)


def sentence(error: Exception) -> str:
    """What went wrong, in one sentence, and what to do."""
    from parvis.lib.errors import ParvisError

    if isinstance(error, Obstacle):
        return str(error)
    if isinstance(error, ParvisError):
        return error.text(_translated)
    if type(error).__name__ == "ValidationError":
        return _refused_values(error)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return f"The disk is full ({error.filename or 'no space left'}). Free some space and try again."
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}. Check the path and its permissions."
    if type(error).__name__ == "OperationalError":
        reason = str(error).strip().splitlines()[-1:]
        return (
            f"The database cannot be reached or refused the work ({' '.join(reason)}). "
            "Check DATABASE_URL and that PostgreSQL runs; `parvis doctor` says more."
        )
    said = str(error).strip().splitlines()
    return f"This failed: {type(error).__name__}: {said[0] if said else 'no reason given'}. Add --debug to see more."


def _refused_values(error: Any) -> str:
    """Which values the model refuses, and why."""
    from django.utils.translation import override

    with override(terminal_language()):
        fields = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        said = [f"{name}: {' '.join(map(str, why))}".removeprefix(": ") for name, why in fields.items()]
    return " ".join(said)


def _translated(text: str) -> str:
    try:
        from django.utils.translation import gettext, override

        with override(terminal_language()):
            return gettext(text)
    except Exception:
        return text
