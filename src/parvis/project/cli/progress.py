"""Progress in the terminal: a bar while somebody watches, a line when it is done elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


def terminal_language() -> str:
    """The language of whoever reads this terminal (`LC_ALL`, `LC_MESSAGES`, `LANG`): one of ours, or English."""
    told = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return told[:2] if told[:2] in ("fr", "es") else "en"


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


@contextmanager
def stages() -> Iterator[Callable[[str, int, int], None]]:
    """Progress of work that names its steps: yields `tell(label, done, total)`. Off a terminal, one line a tenth."""
    if not sys.stderr.isatty():
        told = -1

        def line(label: str, done: int, total: int) -> None:
            nonlocal told
            tenth = done * 10 // max(total, 1)
            if label and tenth > told:
                told = tenth
                say(f"{tenth * 10:3d} %  {label}")

        yield line
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)

        def show(label: str, done: int, total: int) -> None:
            progress.update(task, description=label, completed=done, total=total)

        yield show
