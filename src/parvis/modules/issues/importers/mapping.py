"""Which column of a table holds what: a small TOML file. Two are shipped; docs/operating.md explains them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from parvis.core.geo.importers.reading import Unreadable
from parvis.lib.actor import Channel
from parvis.lib.errors import gettext_noop
from parvis.modules.issues.workflow import Status

FIELDS = frozenset({"id", "opened", "closed", "month", "weekday", "hour", "category", "status", "channel"}) | frozenset(
    {"district", "description", "address", "lat", "lon"}
)
_KNOWN = {"name", "language", "precision", "columns", "formats", "category", "status", "channel", "weekdays", "answer"}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """How a table is read. `columns`: field to headings (several are joined); `statuses`, `channels`: words to ours.

    An empty word stands for what is not listed. `offered` is how many of the new kinds, the commonest, residents may
    choose; `drop` are beginnings cut off the names of kinds, `rename` gives them others.
    """

    name: str
    columns: Mapping[str, tuple[str, ...]]
    language: str = "fr"
    precision: str = ""
    formats: tuple[str, ...] = ("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
    joint: str = " - "
    drop: tuple[str, ...] = ()
    rename: Mapping[str, str] = field(default_factory=dict)
    offered: int = 30
    statuses: Mapping[str, Status] = field(default_factory=dict)
    channels: Mapping[str, Channel] = field(default_factory=dict)
    weekdays: Mapping[str, int] = field(default_factory=dict)
    answer: str = ""


def shipped() -> list[str]:
    """Return the names of the column maps that come with the house."""
    return sorted(entry.name.removesuffix(".toml") for entry in _data().iterdir() if entry.name.endswith(".toml"))


def _data() -> Any:
    return files("parvis.modules.issues.importers") / "data"


def read_map(named: str) -> ColumnMap:
    """Read a column map: the name of a shipped one, or the path of a TOML file. Raises Unreadable."""
    if named in shipped():
        text = (_data() / f"{named}.toml").read_text(encoding="utf-8")
    else:
        try:
            text = Path(named).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Unreadable(
                gettext_noop("There is no column map %(name)s. Give a TOML file, or one of: %(shipped)s."),
                name=named, shipped=", ".join(shipped()),
            ) from error  # fmt: skip
    try:
        return _parse(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValueError, TypeError, AttributeError) as error:
        raise Unreadable(
            gettext_noop("The column map %(name)s cannot be read: %(why)s."), name=named, why=error
        ) from error


def _parse(said: dict[str, Any]) -> ColumnMap:
    if unknown := set(said) - _KNOWN:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    columns = {name: _several(heading) for name, heading in said.get("columns", {}).items()}
    if unknown := set(columns) - FIELDS:
        raise ValueError(f"unknown columns: {', '.join(sorted(unknown))}")
    if "category" not in columns or not ("opened" in columns or {"month", "weekday", "hour"} <= set(columns)):
        raise ValueError("columns must name category, and opened or month, weekday and hour")
    if said.get("precision", "") not in {"", "day", "month"}:
        raise ValueError("precision is day, month or nothing")
    if said.get("language", "fr") not in {"fr", "en", "es"}:
        raise ValueError("language is fr, en or es")
    kinds = said.get("category", {})
    given = {"formats": tuple(said["formats"])} if "formats" in said else {}
    return ColumnMap(
        name=str(said["name"]),
        columns=columns,
        language=said.get("language", "fr"),
        precision=said.get("precision", ""),
        joint=kinds.get("joint", " - "),
        drop=tuple(kinds.get("drop", ())),
        rename=dict(kinds.get("rename", {})),
        offered=int(kinds.get("offered", 30)),
        statuses={word: Status(status) for word, status in said.get("status", {}).items()},
        channels={word: Channel(channel) for word, channel in said.get("channel", {}).items()},
        weekdays={word: _WEEKDAYS.index(day) for word, day in said.get("weekdays", {}).items()},
        answer=said.get("answer", ""),
        **given,
    )


def _several(heading: Any) -> tuple[str, ...]:
    return (heading,) if isinstance(heading, str) else tuple(heading)
