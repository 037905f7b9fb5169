"""What Vite built: the manifest that gives each entry its hashed files.

Addresses never go through the static files storage: the built files import each other by their own names, and a second
hash would load the same script twice.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

BUILT = Path(__file__).parent / "static" / "ui" / "dist"
_HASHED = re.compile(r"/ui/dist/assets/[^/]+-[\w-]{8}\.\w+$")


@dataclass(frozen=True, slots=True)
class Entry:
    """The files of one entry, as addresses: its script, its style sheets, the fonts to fetch at once."""

    script: str = ""
    styles: tuple[str, ...] = ()
    fonts: tuple[str, ...] = ()


@lru_cache(maxsize=2)
def _read(stamp: float) -> dict[str, Any]:
    return json.loads((BUILT / "manifest.json").read_text(encoding="utf-8"))


def manifest() -> dict[str, Any]:
    """Return Vite's manifest, or an empty one when nothing has been built."""
    try:
        return _read((BUILT / "manifest.json").stat().st_mtime)
    except FileNotFoundError:
        return {}


def address(file: str) -> str:
    """Return the address of a built file."""
    return f"{settings.STATIC_URL}ui/dist/{file}"


def entry(name: str) -> Entry:
    """Return the files of the entry ``src/<name>.ts``; empty when nothing has been built. Raises KeyError."""
    built = manifest()
    if not built:
        return Entry()
    chunk = built[f"src/{name}.ts"]
    fonts = [file for file in chunk.get("assets", ()) if file.endswith(".woff2") and "latin-ext" not in file]
    return Entry(
        script=address(chunk["file"]),
        styles=tuple(map(address, chunk.get("css", ()))),
        fonts=tuple(map(address, fonts)),
    )


def parts(names: Iterable[str]) -> list[str]:
    """Return the addresses of parts fetched on use (``islands/draft``), with the scripts they import."""
    built, found = manifest(), []
    waiting = [key for key in built if key.removeprefix("src/").removesuffix(".ts") in set(names)]
    while waiting:
        chunk = built[waiting.pop(0)]
        if (url := address(chunk["file"])) not in found:
            found.append(url)
            waiting += [key for key in chunk.get("imports", ()) if key != "src/main.ts"]
    return found


def path_of(name: str) -> Path | None:
    """Return the built script of an entry on disk, or None when nothing has been built."""
    chunk = manifest().get(f"src/{name}.ts")
    return BUILT / chunk["file"] if chunk else None


def built_files(suffix: str) -> list[Path]:
    """Return the built files that end so, on disk; none when nothing has been built."""
    return [BUILT / chunk["file"] for chunk in manifest().values() if chunk["file"].endswith(suffix)]


def is_immutable(path: str, url: str) -> bool:
    """Tell whitenoise (``WHITENOISE_IMMUTABLE_FILE_TEST``) which files never change under their name."""
    return bool(_HASHED.search(url)) or bool(re.search(r"\.[0-9a-f]{12}\.\w+$", url))
