"""From a notice's templates to words in one language.

``<module>/notices/<event's last part>.<channel>.txt``: the first line is the subject, the rest the text (it may be
empty: «Your request is closed» says enough when nobody wrote an answer). An ``.html`` beside the e-mail's text stands
in for it in the HTML part.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import translation

from parvis.core.registry.entries import Notice
from parvis.core.registry.registry import registry


@dataclass(frozen=True, slots=True)
class Words:
    """What a notice says by one channel in one language."""

    subject: str
    text: str
    html: str = ""


class EmptyNotice(Exception):
    """A template says nothing: no subject in its first line."""


def template_base(module: str, notice: Notice) -> str:
    """Return where a notice's templates stand, without channel and ending."""
    return notice.template or f"{module}/notices/{notice.event.rpartition('.')[2]}"


def notice_key(module: str, notice: Notice) -> str:
    """Return the name that tells notices of one event apart."""
    return f"{template_base(module, notice)}:{notice.to}"[:120]


def notices_on(event: str) -> list[tuple[str, Notice]]:
    """Return the notices of an event with the name of the module that declares each."""
    return [(module.name, notice) for module, notice in registry().gather("notices") if notice.event == event]


def render_words(base: str, channel: str, language: str, context: Mapping[str, Any]) -> Words:
    """Render a notice's templates for a channel in a language. Raises TemplateDoesNotExist, EmptyNotice."""
    known = {"language": language, **context}
    with translation.override(language):
        # Plain text is never escaped: the templates are ``.txt`` and Django escapes by default all the same.
        text = _render(f"{base}.{channel}.txt", known, escape=False)
        subject, _, rest = text.strip().partition("\n")
        if not subject.strip():
            raise EmptyNotice(f"{base}.{channel}.txt ({language}): the first line is the subject; it is empty.")
        html = ""
        if channel == "email":
            try:
                html = _render(f"{base}.{channel}.html", known, escape=True)
            except TemplateDoesNotExist:
                html = ""
    return Words(" ".join(subject.split()), _tidy(rest), html)


def _render(name: str, context: Mapping[str, Any], *, escape: bool) -> str:
    template = get_template(name)
    return template.template.render(Context(dict(context), autoescape=escape))  # type: ignore[attr-defined]


def _tidy(text: str) -> str:
    """Return text with at most one empty line in a row: conditions in a template leave more."""
    lines: list[str] = []
    for line in (line.rstrip() for line in text.strip().splitlines()):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines)
