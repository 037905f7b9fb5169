"""Commands that packages bring, listed from their manifests without running any of their code.

A manifest's `commands` names them: `{"import streets": "parvis.core.geo.commands:streets"}`. Reading
the manifests means importing the whole house, models included, which `parvis --help` must not wait
for: the names and their first lines are therefore read from the source text. A command is imported,
with Django ready and a database at hand, only when it runs.
"""

from __future__ import annotations

import ast
import functools
import importlib
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from parvis.project.cli.progress import terminal_language

Words = tuple[str, ...]


def declared() -> dict[Words, str]:
    """Every registered command: its words, and the dotted path of its click command."""
    found: dict[Words, str] = {}
    for manifest in _manifests():
        for node in ast.walk(ast.parse(manifest.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Module":
                for keyword in node.keywords:
                    if keyword.arg == "commands":
                        found |= {tuple(words.split()): path for words, path in ast.literal_eval(keyword.value).items()}
    return found


def _manifests() -> Iterator[Path]:
    for parent in ("parvis.core", "parvis.modules"):
        # Imported, not only found: the package itself says where else its modules lie.
        for folder in importlib.import_module(parent).__path__:
            yield from sorted(Path(folder).glob("*/module.py"))


def summary(path: str) -> str:
    """The first line of the docstring of the function at `package.module:function`."""
    module, _, name = path.partition(":")
    parent, _, leaf = module.rpartition(".")
    spec = find_spec(parent)
    for folder in spec.submodule_search_locations or () if spec else ():
        file = Path(folder) / f"{leaf}.py"
        if file.exists():
            for node in ast.parse(file.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.FunctionDef) and node.name == name:
                    return (ast.get_docstring(node) or "").split("\n")[0]
    return ""


def _load(path: str) -> click.Command:
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)


class HouseGroup(click.Group):
    """A group whose commands are imported when they run.

    `built_in` maps a name to (dotted path, summary); `below` is the words that lead to this group.
    """

    def __init__(
        self,
        *arguments: Any,
        built_in: Mapping[str, tuple[str, str]] | None = None,
        below: Words = (),
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        self._built_in = dict(built_in or {})
        self._below = below

    def _registered(self) -> dict[str, dict[Words, str]]:
        depth = len(self._below)
        found: dict[str, dict[Words, str]] = {}
        for words, path in declared().items():
            if words[:depth] == self._below and len(words) > depth:
                found.setdefault(words[depth], {})[words] = path
        return found

    def list_commands(self, context: click.Context) -> list[str]:
        """The names of every command of this group."""
        hidden = {"demo-load"}
        return sorted({*self._built_in, *self._registered()} - hidden)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if name in self._built_in:
            return _load(self._built_in[name][0])
        paths = self._registered().get(name)
        if not paths:
            return None
        words = (*self._below, name)
        if words not in paths:
            doc = "Commands: " + ", ".join(sorted(" ".join(path[len(words) :]) for path in paths)) + "."
            return HouseGroup(name, below=words, help=doc, no_args_is_help=True)
        return _with_database(paths[words])

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with their summaries, without importing any."""
        registered = self._registered()
        rows = []
        for name in self.list_commands(context):
            if name in self._built_in:
                rows.append((name, self._built_in[name][1]))
            elif (*self._below, name) in registered[name]:
                rows.append((name, summary(registered[name][(*self._below, name)])))
            else:
                depth = len(self._below) + 1
                rows.append((name, " · ".join(sorted(" ".join(words[depth:]) for words in registered[name]))))
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def _with_database(path: str) -> click.Command:
    """Import a registered command with Django ready, and open the database only when it runs (not for its help)."""
    from parvis.project.cli.environment import LocalDatabase

    database = LocalDatabase.for_this_process()
    database.set_up_django()
    command = _load(path)
    _wrap(command, database.opened)
    return command


def _wrap(command: click.Command, opened: Callable[[], Any]) -> None:
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            _wrap(inner, opened)
        return
    callback = command.callback
    if callback is None:
        return

    @functools.wraps(callback)
    def run(*arguments: Any, **options: Any) -> Any:
        from django.utils import translation

        with opened(), translation.override(terminal_language()):
            return callback(*arguments, **options)

    command.callback = run
