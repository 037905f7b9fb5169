"""Charts drawn on the server as small SVGs: no script, both themes, and on paper.

A chart is a picture beside a table that says the same; its name says what it shows. Colours are classes of the style
sheet (`charts.css`); the same colours stand as attributes for paper, where there is no style sheet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, log10

from django.utils.safestring import SafeString, mark_safe

WIDTH = 720
_TEXT = 13
# On paper: river, moss, maple, and the greys of text and rules.
_FILL = {"one": "#1c5f9e", "two": "#8fc3a4", "bad": "#a92f19", "soft": "#c9d9e8"}
_EDGE = {"two": "#24683f", "soft": "#1c5f9e"}  # light grounds have an edge that everyone sees
_INK, _SOFT, _RULE = "#17211f", "#4b5a56", "#ddd7cb"


@dataclass(frozen=True, slots=True)
class Column:
    """One place on the horizontal axis: its name, and a value for each series."""

    label: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """One line of a chart of delays, in days. None: longer than anything that was closed."""

    label: str
    middle: float | None
    most: float | None
    promised: float | None = None


def step_of(most: float) -> float:
    """Return a round distance between the lines of an axis that reaches `most`: 1, 2 or 5 times a power of ten."""
    if most <= 4:
        return 1
    rough = most / 4
    power = 10 ** int(log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)


def columns(
    series: Sequence[Column], names: Sequence[str], *, title: str, most: float | None = None, unit: str = ""
) -> SafeString:
    """Return columns side by side, a colour a series, with a legend where there are several."""
    height, left, bottom, top = 260, 44, 34, 14 + (22 if len(names) > 1 else 0)
    highest = most or max((value for column in series for value in column.values), default=0) or 1
    step = step_of(highest)
    ceiling = most or ceil(highest / step) * step
    plot = height - top - bottom
    parts = [_legend(names)] if len(names) > 1 else []
    line = 0.0
    while line <= ceiling + step / 100:
        y = top + plot * (1 - line / ceiling)
        parts.append(_rule(left, y, WIDTH, y) + _text(left - 6, y + 4, f"{line:g}{unit}", "end"))
        line += step
    slot = (WIDTH - left - 16) / max(len(series), 1)
    bar = min(34.0, slot * 0.76 / max(len(names), 1))
    every = max(1, ceil(len(series) * 58 / (WIDTH - left)))
    for index, column in enumerate(series):
        middle = left + slot * (index + 0.5)
        for number, value in enumerate(column.values):
            tall = plot * min(value, ceiling) / ceiling
            x = middle + bar * (number - len(column.values) / 2)
            parts.append(
                _box(x, top + plot - tall, bar - 1.5, tall, _series(number), f"{column.label}: {value:g}{unit}")
            )
        if (len(series) - 1 - index) % every == 0:
            parts.append(_text(middle, height - 12, column.label, "middle"))
    return _svg(parts, height, title)


def delays(rows: Sequence[Stretch], *, title: str, names: tuple[str, str, str]) -> SafeString:
    """Return a line for each kind: a bar to the median, a thinner one on to the ninth decile, a mark at the promise.

    `names` are those of the three. A bar that ends in an arrow goes on past what was closed.
    """
    left, tall, top = 200, 30, 46
    height = top + tall * len(rows) + 26
    known = [value for row in rows for value in (row.middle, row.most, row.promised) if value is not None]
    step = step_of(max(known, default=1) or 1)
    ceiling = ceil(max(known, default=1) / step + 0.001) * step
    room = WIDTH - left - 24

    def at(value: float | None) -> float:
        return left + room * (1 if value is None else min(value / ceiling, 1))

    parts = [_legend(names[:2], ("one", "soft"), mark=names[2])]
    line = 0.0
    while line <= ceiling:
        parts.append(
            _rule(at(line), top - 6, at(line), height - 24) + _text(at(line), height - 8, f"{line:g}", "middle")
        )
        line += step
    for index, row in enumerate(rows):
        y = top + tall * index
        parts.append(_text(left - 8, y + 17, _short(row.label, 27), "end", ink=True))
        parts.append(_box(left, y + 8, at(row.most) - left, 8, "soft", ""))
        parts.append(_box(left, y + 4, at(row.middle) - left, 16, "one", ""))
        if row.most is None:
            parts.append(f'<path class="soft" fill="{_FILL["soft"]}" d="M{at(None):.0f} {y + 5}l10 7-10 7z"/>')
        if row.promised is not None:
            x = at(row.promised)
            parts.append(f'<path class="mark" stroke="{_INK}" stroke-width="3" d="M{x:.1f} {y + 1}v22"/>')
    return _svg(parts, height, title)


def _series(number: int) -> str:
    return ("one", "two", "bad")[number % 3]


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _legend(names: Sequence[str], kinds: Sequence[str] = ("one", "two", "bad"), mark: str = "") -> str:
    parts, x = [], 44.0
    for name, kind in zip(names, kinds, strict=False):
        parts.append(_box(x, 4, 14, 14, kind, "") + _text(x + 20, 16, name, "start", ink=True))
        x += 44 + len(name) * 7.4
    if mark:
        parts.append(f'<path class="mark" stroke="{_INK}" stroke-width="3" d="M{x + 7:.0f} 2v18"/>')
        parts.append(_text(x + 20, 16, mark, "start", ink=True))
    return "".join(parts)


def _text(x: float, y: float, text: str, anchor: str, *, ink: bool = False) -> str:
    kind, colour = (' class="ink"', _INK) if ink else ("", _SOFT)
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}"{kind}>{escape(text)}</text>'


def _rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<path class="rule" stroke="{_RULE}" d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}"/>'


def _box(x: float, y: float, width: float, height: float, kind: str, hint: str) -> str:
    shape = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}" rx="2"'
    edge = f' stroke="{_EDGE[kind]}" stroke-width="1"' if kind in _EDGE else ""
    inside = f"<title>{escape(hint)}</title>" if hint else ""
    return f'<rect class="{kind}" fill="{_FILL[kind]}"{edge} {shape}>{inside}</rect>'


def _svg(parts: Sequence[str], height: float, title: str) -> SafeString:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {WIDTH} {height:.0f}" role="img" '
        f'aria-label="{escape(title)}" font-family="Atkinson Hyperlegible Next" font-size="{_TEXT}">'
    )
    return mark_safe(f"{head}{''.join(parts)}</svg>")  # noqa: S308 (numbers, and text that was escaped)
