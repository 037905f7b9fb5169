"""Template tags of the pages."""

from django import template
from django.conf import settings
from django.core.paginator import Page, Paginator
from django.template import Context
from django.urls import get_script_prefix
from django.utils.translation import override

from parvis.core.content import queries
from parvis.core.content.bureau.dashboard import Figure, figures
from parvis.core.content.bureau.entries import Entry, entries_of
from parvis.core.content.models import TownPage
from parvis.lib import phone

register = template.Library()
PER_PAGE = 12


@register.simple_tag
def address_in(page: TownPage, language: str) -> str:
    """Return the full address of a page in one language."""
    with override(language):
        return f"{settings.PUBLIC_URL}{page.get_url()}"


@register.filter
def in_town(address: str) -> str:
    """Put language and town before an address of this site; leave others as they are."""
    return get_script_prefix() + address.lstrip("/") if address.startswith("/") else address


@register.filter
def spoken(number: str) -> str:
    """Write a telephone number as people here do; what is not one, or has an extension, stays as it was typed."""
    if any(letter.isalpha() or letter == "#" for letter in number):
        return number
    try:
        return phone.display(phone.parse(number))
    except phone.InvalidPhone:
        return number


@register.filter
def dialled(number: str) -> str:
    """Return the address that calls a number; empty when what was typed cannot be called."""
    try:
        return phone.href(phone.parse(number))
    except phone.InvalidPhone:
        return ""


@register.simple_tag(takes_context=True)
def waiting(context: Context) -> list[Figure]:
    """Return what waits today for this member of staff."""
    return figures(context["request"].actor)


@register.simple_tag(takes_context=True)
def staff_entries(context: Context) -> list[Entry]:
    """Return the staff menu of the modules in use, for the first screen."""
    return list(entries_of(context["request"].actor))


@register.simple_tag(takes_context=True)
def news_here(context: Context) -> Page:
    """Return one page of the news shown in this town, its own and what it shows of others, the latest first."""
    keys = Paginator(queries.news_keys(), PER_PAGE).get_page(context["request"].GET.get("page"))
    keys.object_list = queries.news_of(keys.object_list)
    return keys
