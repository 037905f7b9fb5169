"""Its word of the command."""

import click


@click.command()
def greet() -> None:
    """Greet from the terminal."""
    click.echo("bonjour du terminal")
