"""Documents on paper: a Typst template and what it tells become a PDF that screen readers can read (PDF/UA-1).

What people typed reaches the template as data, never as markup. The house's font comes from the built front end, where
it is a variable font for browsers; its two weights are cut out of it once. Without a built front end Typst's own font
stands in. The press is a process of its own.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from .press import Order, print_apart
from .vite import built_files


def pdf(template: Path, data: Mapping[str, Any], *, now: datetime) -> bytes:
    """Return the PDF of a template, which reads `data` (JSON-ready) with ``json(bytes(sys.inputs.data))``.

    Raises CalledProcessError when the template is wrong, or would not be readable for everyone (a picture without
    words): the press has said why on standard error.
    """
    fonts = sorted(path for path in built_files(".woff2") if "wght-normal" in path.name)
    mark = hashlib.sha256("".join(path.name for path in fonts).encode()).hexdigest()[:12]
    return print_apart(
        Order(
            template=str(template),
            data=json.dumps(data, ensure_ascii=False),
            moment=int(now.timestamp()),
            variable_fonts=tuple(map(str, fonts)),
            fonts=str(Path(settings.VAR) / "fonts" / mark),
        )
    )
