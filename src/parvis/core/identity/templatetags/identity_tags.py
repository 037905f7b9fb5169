"""How devices and telephone numbers are shown."""

from django import template

from parvis.core.identity.devices import device_name
from parvis.lib.phone import InvalidPhone, display

register = template.Library()
register.filter("device_name", device_name)


@register.filter
def phone(number: str) -> str:
    """Show a number in E.164 as people read it; anything else as it is."""
    try:
        return display(number) if number else ""
    except (InvalidPhone, ValueError):
        return number
