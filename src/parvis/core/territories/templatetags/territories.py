"""Words for ties between territories."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def label_of(labels: Mapping[str, str], name: str) -> str:
    """Return what people call a module; its name when it is not on this instance."""
    return labels.get(name, name)
