"""Small helps for the templates of cases."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def at(mapping: Mapping[Any, Any], key: Any) -> Any:
    """Return what stands under a key, or the key itself."""
    return mapping.get(key, key)
