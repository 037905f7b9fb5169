"""``parvis events``: who emits and who listens."""

import click
from rich.console import Console
from rich.table import Column, Table

from parvis.core.registry.registry import handler_path, registry


@click.command()
def events() -> None:
    """Print each event, the module that emits it, and the subscribers that listen."""
    house = registry()
    table = Table(*(Column(title, overflow="fold") for title in ("event", "emitted by", "heard by")))
    for name, emitter in sorted(house.emitted.items()):
        listeners = [f"{module}: {handler_path(handler)}" for module, handler in house.handlers.get(name, ())]
        table.add_row(name, emitter, "\n".join(listeners) or "nobody")
    Console().print(table)
