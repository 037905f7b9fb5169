"""Progress in the terminal: a bar while somebody watches, a line when it is done elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


def say(text: str) -> None:
    """Print one line for people, at once even when the output is a file."""
    click.echo(text)
    sys.stdout.flush()


@contextmanager
def bar(label: str, *, total: int | None, unit: str = "") -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal; nothing elsewhere, or when there is nothing to do. Yields `advance(steps)`.

    `unit="bytes"` shows sizes and speed.
    """
    if total == 0 or not sys.stderr.isatty():
        yield lambda steps: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    amount: ProgressColumn = DownloadColumn() if unit == "bytes" else MofNCompleteColumn()
    columns = (TextColumn("{task.description}"), BarColumn(), amount, TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(label, total=total)
        yield lambda steps: progress.advance(task, steps)
