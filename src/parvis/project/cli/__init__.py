"""The `parvis` command: run the house, look after it, and whatever commands its packages bring."""

from parvis.project.cli.main import main

__all__ = ["main"]
