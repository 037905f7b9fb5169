"""Boot check: every notice renders, with a subject, by each of its channels, in three languages."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.template import TemplateDoesNotExist

from parvis.core.delivery.channels.known import CHANNELS
from parvis.core.registry.registry import Registry, registry
from parvis.core.tenancy.models import Territory

from .mailing import LANGUAGES
from .rendering import render_words, template_base


@register("parvis")
def check_notices(app_configs: object = None, **_: object) -> list[CheckMessage]:
    """Report each notice that cannot be rendered."""
    return [Error(problem, id="notifications.E001") for problem in notice_problems(registry())]


def notice_problems(house: Registry) -> Iterator[str]:
    """Yield a readable sentence for each notice, channel and language that would not render."""
    stand_in = {"territory": Territory(slug="ici", name="Ici"), "url": "https://example.org/", "path": "/"}
    for module, notice in house.gather("notices"):
        base = template_base(module.name, notice)
        for channel in notice.channels:
            if channel != "inbox" and channel not in CHANNELS:
                yield f"Module {module.name}: the notice {notice.event} asks for an unknown channel, {channel}."
                continue
            for language in LANGUAGES:
                yield from _problem(module.name, base, channel, language, stand_in)


def _problem(module: str, base: str, channel: str, language: str, stand_in: dict[str, Any]) -> Iterator[str]:
    try:
        render_words(base, channel, language, stand_in)
    except TemplateDoesNotExist:
        return  # the registry's own check says so
    except Exception as error:  # whatever a template may raise is for its author to read
        yield f"Module {module}: {base}.{channel} does not render in {language}: {type(error).__name__}: {error}"
