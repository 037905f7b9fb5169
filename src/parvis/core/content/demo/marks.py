"""Turn the demo's plain marks into the blocks of a page (the marks are listed at the top of ``data/guides.toml``)."""

import re
from collections.abc import Iterator
from html import escape
from typing import Any

Block = tuple[str, Any]
_NOTICE = re.compile(r"^(!{1,2}) (.+?) \| (.+)$")
_STEP = re.compile(r"^\d+\. (.+?) \| (.+)$")
_QUESTION = re.compile(r"^\? (.+?) \| (.+)$")
_LINK = re.compile(r"^> (.+?) \| (\S+)$")


def french_spaces(text: str) -> str:
    """Put the no-break spaces of French typography."""
    text = re.sub(r" ([:;?!»%$])", "\u00a0\\1", text)
    return text.replace("« ", "«\u00a0").replace(" h ", "\u00a0h ")


def blocks(text: str, contact: dict[str, str]) -> list[Block]:
    """Return the blocks of a text, as a StreamField takes them; ``@`` becomes the town hall's `contact`."""
    found: list[Block] = []
    for kind, value in _lines(text, contact):
        if found and kind == found[-1][0] and kind in {"steps", "links", "list"}:
            found[-1][1].extend(value)
        else:
            found.append((kind, value))
    return [_finished(kind, value) for kind, value in found]


def _lines(text: str, contact: dict[str, str]) -> Iterator[Block]:
    for line in filter(None, map(str.strip, text.splitlines())):
        if line == "@":
            yield "contact", contact
        elif line.startswith("# "):
            yield "heading", line[2:]
        elif line.startswith("- "):
            yield "list", [line[2:]]
        elif match := _NOTICE.match(line):
            kind = "warn" if match[1] == "!!" else "info"
            yield "notice", {"kind": kind, "title": match[2], "text": f"<p>{escape(match[3])}</p>"}
        elif match := _STEP.match(line):
            yield "steps", [{"title": match[1], "text": f"<p>{escape(match[2])}</p>"}]
        elif match := _QUESTION.match(line):
            yield "question", {"question": match[1], "answer": f"<p>{escape(match[2])}</p>"}
        elif match := _LINK.match(line):
            yield "links", [{"label": match[1], "page": None, "address": match[2]}]
        else:
            yield "text", f"<p>{escape(line)}</p>"


def _finished(kind: str, value: Any) -> Block:
    if kind == "steps":
        return "steps", {"steps": value}
    if kind == "links":
        return "links", {"title": "", "links": value}
    if kind == "list":
        return "text", "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in value) + "</ul>"
    return kind, value
