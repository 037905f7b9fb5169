"""What a reader hands on: drafts of rows, and what was wrong in the file."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from shapely.geometry.base import BaseGeometry

from parvis.lib.errors import Invalid, gettext_noop

Progress = Callable[[int], None]
"""Called with the number of further lines or rows that are done."""

_SHOWN = 20
T = TypeVar("T")


def silent(_steps: int) -> None:
    """Show nothing."""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line (of a table) or a feature (of a map file, from 1) that cannot be used, and why, in English msgids."""

    line: int
    reason: str
    value: str = ""

    def __str__(self) -> str:
        """Write it as a report shows it."""
        return f"{self.line}: {self.reason}" + (f" ({self.value[:60]})" if self.value else "")


@dataclass(slots=True)
class Reading(Generic[T]):
    """What a file held. `doubles` counts entries said twice, `unnamed` those without a name that cannot be kept."""

    drafts: list[T] = field(default_factory=list)
    bad: list[BadLine] = field(default_factory=list)
    doubles: int = 0
    unnamed: int = 0


class Unreadable(Invalid):
    """The file as a whole cannot be read."""

    code = "unreadable_file"
    message = gettext_noop("This file cannot be read.")


class BadLines(Invalid):
    """Some lines cannot be used, so nothing was written; `lines` holds each of them."""

    code = "bad_lines"
    message = gettext_noop("%(count)s lines cannot be used, so nothing was written:\n%(list)s")
    one = gettext_noop("One line cannot be used, so nothing was written:\n%(list)s")

    def __init__(self, lines: list[BadLine]) -> None:
        self.lines = lines
        message = self.one if len(lines) == 1 else self.message
        listed = [str(line) for line in lines[:_SHOWN]] + (["…"] if len(lines) > _SHOWN else [])
        super().__init__(message, count=len(lines), list="\n".join(listed))


@dataclass(slots=True)
class StreetDraft:
    """A named street with its pieces (WGS 84)."""

    name: str
    road_class: int
    pieces: list[BaseGeometry]

    def absorb(self, other: "StreetDraft") -> None:
        """Take the pieces of the same street; the more important class wins."""
        self.pieces.extend(other.pieces)
        self.road_class = min(self.road_class, other.road_class)


@dataclass(frozen=True, slots=True)
class AddressDraft:
    """A civic address as a file tells it."""

    line: int
    street: str
    number: int
    suffix: str
    lat: float
    lon: float
    postal_code: str = ""
    source_id: str = ""


@dataclass(frozen=True, slots=True)
class FeatureDraft:
    """A surface or line that is drawn."""

    source_id: str
    kind: str
    geometry: BaseGeometry
    name: str = ""


@dataclass(frozen=True, slots=True)
class PlaceDraft:
    """A place with a name."""

    source_id: str
    kind: str
    name: str
    lat: float
    lon: float
    address: str = ""


@dataclass(frozen=True, slots=True)
class AreaDraft:
    """A polygon with a code and a name: a boundary or a district."""

    code: str
    name: str
    geometry: BaseGeometry


@dataclass(slots=True)
class MapReading:
    """Everything a map file may hold at once."""

    streets: Reading[StreetDraft] = field(default_factory=Reading)
    addresses: Reading[AddressDraft] = field(default_factory=Reading)
    features: Reading[FeatureDraft] = field(default_factory=Reading)
    places: Reading[PlaceDraft] = field(default_factory=Reading)


def existing(path: str | Path) -> Path:
    """Return the path of a file that is there. Raises Unreadable."""
    found = Path(path)
    if not found.is_file():
        raise Unreadable(gettext_noop("There is no file %(path)s."), path=str(path))
    return found
