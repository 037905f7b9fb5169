"""`parvis doctor`: is everything as it should be, and what to do where it is not."""

from __future__ import annotations

import json as json_format

import click

from parvis.project.cli.environment import LocalDatabase

_SIGNS = {"ok": ("✓", "green"), "problem": ("✗", "red"), "note": ("·", "yellow")}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")
def doctor(as_json: bool) -> int:
    """Check the installation and say what to do. Ends with status 1 if there is a problem."""
    from parvis.project import checkup

    database = LocalDatabase.for_this_process()
    problems = 0
    with checkup.database_at_hand(database) as trouble:
        for finding in checkup.examine(trouble):
            problems += finding.state == "problem"
            if as_json:
                click.echo(json_format.dumps(finding.as_dict(), ensure_ascii=False))
                continue
            sign, colour = _SIGNS[finding.state]
            click.echo(f"{click.style(sign, fg=colour)} {finding.subject}: {finding.says}")
            if finding.remedy:
                click.echo(f"    {finding.remedy}")
    if not as_json:
        click.echo(f"\n{problems} problem{'' if problems == 1 else 's'}." if problems else "\nEverything is in order.")
    return 1 if problems else 0
