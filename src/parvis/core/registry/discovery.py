"""Find the packages of the house, before Django is set up: a folder with a ``module.py`` is enough."""

import importlib
from collections.abc import Iterator
from pathlib import Path

OWN_FOLDER = Path(__file__).resolve().parent


def packages(parent: str) -> Iterator[str]:
    """Yield the dotted names of the packages below `parent` (``parvis.core`` or ``parvis.modules``), sorted."""
    found: dict[str, str] = {}
    for folder in importlib.import_module(parent).__path__:
        for path in Path(folder).glob("*/module.py"):
            if path.parent == OWN_FOLDER:
                continue  # its module.py is the contract itself
            found.setdefault(path.parent.name, f"{parent}.{path.parent.name}")
    yield from (found[name] for name in sorted(found))
