"""The house's icons in Wagtail's sprite, under the names ``parvis-pin``, ``parvis-bus``…"""

from collections.abc import Iterator

from django.template import Origin, TemplateDoesNotExist
from django.template.loaders.base import Loader as BaseLoader

from parvis.core.ui.icons import ICONS

FOLDER = "content/icons/"
PREFIX = "parvis-"


def icon_name(name: str) -> str:
    """Return the name under which Wagtail knows an icon of the house; an unknown one is the page."""
    return f"{PREFIX}{name if name in ICONS else 'page'}"


def icon_templates(found: list[str]) -> list[str]:
    """Add the house's icons to those that Wagtail gathers (hook ``register_icons``)."""
    return [*found, *(f"{FOLDER}{name}.svg" for name in ICONS)]


class Loader(BaseLoader):
    """Gives Wagtail each icon as the template it asks for."""

    def get_template_sources(self, template_name: str) -> Iterator[Origin]:
        """Yield the icon of that name, if it is one."""
        if template_name.startswith(FOLDER):
            yield Origin(template_name, template_name, self)

    def get_contents(self, origin: Origin) -> str:
        """Return the icon's drawing. Raises TemplateDoesNotExist."""
        name = str(origin.template_name).removeprefix(FOLDER).removesuffix(".svg")
        if name not in ICONS:
            raise TemplateDoesNotExist(origin)
        return (
            f'<svg id="icon-{PREFIX}{name}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><g fill="none" '
            'stroke="currentColor" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round">'
            f"{ICONS[name]}</g></svg>"
        )
