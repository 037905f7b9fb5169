"""What a demo loader receives: the stage it sets its part of the demo region on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Stage:
    """One territory of the demo region, while it is being loaded.

    A loader named in a manifest's `demo` is called once a territory, ``load(stage)``, inside a transaction whose
    context is that territory. `region` is :class:`parvis.lib.fiction.model.Region`, `municipality` its entry for this
    territory (None for the regional body), `now` the moment the demo begins, `progress(done, total)` may be called.
    """

    territory: Any
    region: Any
    municipality: Any
    now: datetime
    progress: Callable[[int, int], None] = lambda done, total: None
