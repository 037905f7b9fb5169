"""Template tags of the pages."""

from django import template
from django.conf import settings
from django.urls import get_script_prefix
from django.utils.translation import override

from parvis.core.content.models import TownPage

register = template.Library()


@register.simple_tag
def address_in(page: TownPage, language: str) -> str:
    """Return the full address of a page in one language."""
    with override(language):
        return f"{settings.PUBLIC_URL}{page.get_url()}"


@register.filter
def in_town(address: str) -> str:
    """Put language and town before an address of this site; leave others as they are."""
    return get_script_prefix() + address.lstrip("/") if address.startswith("/") else address
