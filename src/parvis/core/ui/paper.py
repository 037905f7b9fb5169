"""Documents on paper: a Typst template and what it tells become a PDF that screen readers can read (PDF/UA-1).

What people typed reaches the template as data, never as markup. The house's font comes from the built front end, where
it is a variable font for browsers; its two weights are cut out of it once. Without a built front end Typst's own font
stands in.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from .vite import built_files

WEIGHTS = (400, 700)
FAMILY = "Atkinson Hyperlegible Next"


def pdf(template: Path, data: Mapping[str, Any], *, now: datetime) -> bytes:
    """Return the PDF of a template, which reads `data` (JSON-ready) with ``json(bytes(sys.inputs.data))``.

    Raises typst.TypstError when the template is wrong, or would not be readable for everyone (a picture without words).
    """
    return typst.compile(
        str(template),
        root=str(template.parent),
        font_paths=[str(fonts())],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=int(now.timestamp()),
    )


def fonts() -> Path:
    """Return the folder with the house's font as files for paper, made when the built font is a new one."""
    sources = sorted(path for path in built_files(".woff2") if "wght-normal" in path.name)
    mark = hashlib.sha256("".join(path.name for path in sources).encode()).hexdigest()[:12]
    folder = Path(settings.VAR) / "fonts" / mark
    for source in sources:
        for weight in WEIGHTS:
            made = folder / f"{source.stem}-{weight}.ttf"
            if not made.exists():
                folder.mkdir(parents=True, exist_ok=True)
                _cut(source, weight, made)
    return folder


def _cut(source: Path, weight: int, made: Path) -> None:
    """Cut one weight out of a variable font; letters beyond Latin-1 become a family of their own, to fall back on."""
    font = TTFont(source)
    font.flavor = None
    cut = instantiateVariableFont(font, {"wght": weight}, updateFontNames=True)
    if "-ext-" in source.name:
        for record in cut["name"].names:
            if record.nameID in (1, 16):
                record.string = f"{FAMILY} Extended"
    unfinished = made.with_suffix(".unfinished")
    cut.save(unfinished)
    unfinished.replace(made)
