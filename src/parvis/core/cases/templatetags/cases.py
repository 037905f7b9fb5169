"""Small helps for the templates of cases."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils.dateparse import parse_datetime

register = template.Library()


@register.filter
def at(mapping: Mapping[Any, Any], key: Any) -> Any:
    """Return what stands under a key, or the key itself."""
    return mapping.get(key, key)


@register.filter
def moment(text: str) -> datetime | None:
    """Return the moment that a frozen copy keeps as text."""
    return parse_datetime(text) if text else None


@register.filter
def name_of(names: Mapping[Any, str], person_id: Any) -> str:
    """Return a person's name, empty when the reader may not know it."""
    return names.get(person_id, "")
