"""Template tags of the interface: icons, built files, local time, language switch, form widgets."""

import math
import re
import secrets
import zoneinfo
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField, widgets
from django.forms.boundfield import BoundWidget
from django.http import HttpRequest, QueryDict
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from parvis.core.ui import icons, outbox, shell, vite
from parvis.core.ui.forms import PhotoInput, PlaceInput
from parvis.lib import phone

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon; an unknown name draws the page icon, so that a module's typing error breaks nothing."""
    known = name if name in icons.ICONS else "page"
    return mark_safe(icons.svg(known, escape(label)))  # noqa: S308 (our own drawings)


@register.simple_tag(name="vite")
def vite_entry(name: str) -> SafeString:
    """Link the built style sheets, fonts and script of an entry."""
    files = vite.entry(name)
    fonts = format_html_join(
        "", '<link rel="preload" href="{}" as="font" type="font/woff2" crossorigin>', ((url,) for url in files.fonts)
    )
    styles = format_html_join("", '<link rel="stylesheet" href="{}">', ((url,) for url in files.styles))
    script = format_html('<script type="module" src="{}"></script>', files.script) if files.script else ""
    return mark_safe(fonts + styles + script)  # noqa: S308 (built from escaped parts)


@register.simple_tag
def classic_script(name: str) -> SafeString:
    """Link a small script that must run before the page is drawn (the theme)."""
    files = vite.entry(name)
    return format_html('<script src="{}"></script>', files.script) if files.script else SafeString("")


@register.simple_tag(takes_context=True)
def local_time(context: Context, moment: datetime | date | None, form: str = "DATETIME_FORMAT") -> SafeString | str:
    """Show a moment in the zone of the territory, as a <time>; `form` is a date format or its name.

    ``DATETIME_FORMAT``, ``DATE_FORMAT``, ``SHORT_DATETIME_FORMAT``, ``TIME_FORMAT``, or letters such as ``"j F"``.
    """
    if not moment:
        return ""
    if not isinstance(moment, datetime):
        wanted = "DATE_FORMAT" if form == "DATETIME_FORMAT" else form
        return format_html('<time datetime="{}">{}</time>', moment.isoformat(), _written(moment, wanted))
    place = shell.territory_of(context.get("request"))
    zone = zoneinfo.ZoneInfo(getattr(place, "timezone", None) or timezone.get_default_timezone_name())
    local = (moment if timezone.is_aware(moment) else moment.replace(tzinfo=UTC)).astimezone(zone)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), _written(local, form))


def _written(moment: datetime | date, form: str) -> str:
    """A date in the reader's language: the first of a month is "1er" in French; Spanish says "de" between words."""
    language = get_language()
    if language == "es":
        form = re.sub(r"(?<=[jF]) (?=[FY])", r" \\d\\e ", form)
    text = date_format(moment, form)
    return re.sub(r"^1(?= [^\W\d])", "1er", text) if language == "fr" else text


@register.simple_tag(takes_context=True)
def switch_language(context: Context, language: str) -> str:
    """Return the address of this page in another language, its query kept; where it leads next changes along."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return "/" if language == "fr" else f"/{language}/"
    query = request.META.get("QUERY_STRING", "")
    if following := request.GET.get("next"):
        asked = request.GET.copy()
        asked["next"] = shell.in_language(following, language)
        query = asked.urlencode(safe="/")
    return shell.prefix_of(request, language) + request.path_info + (f"?{query}" if query else "")


@register.simple_tag(takes_context=True)
def with_query(context: Context, **changes: Any) -> str:
    """Return this page's query with some values changed; an empty value removes its name."""
    request: HttpRequest | None = context.get("request")
    query = request.GET.copy() if request else QueryDict(mutable=True)
    for name, value in changes.items():
        query[name] = str(value) if value not in (None, "") else ""
        if query[name] == "":
            del query[name]
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def page_query(context: Context, name: str, number: int) -> str:
    """Return this page's query with the page number changed, under the given name."""
    return with_query(context, **{name: number})


@register.simple_tag(takes_context=True)
def page_shell(context: Context) -> shell.Shell:
    """Return the links around this page (see shell.py)."""
    return shell.shell_of(context.get("request"))


@register.simple_tag(takes_context=True)
def person_key(context: Context) -> str:
    """Return the opaque key of who is signed in, or ''."""
    return shell.person_key(context.get("request"))


@register.simple_tag
def languages() -> tuple[tuple[str, str], ...]:
    """Return the languages of the interface as (code, own name)."""
    return shell.LANGUAGES


@register.simple_tag
def once_key() -> str:
    """Return a fresh key that makes the sending of one form idempotent."""
    return secrets.token_hex(16)


@register.simple_tag
def maybe_url(name: str, *args: Any, **kwargs: Any) -> str:
    """Return the address of that name, or '' when no module offers it."""
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


@register.filter
def telephone(number: str | None) -> str:
    """Write a telephone number as people here read it; what is not one stays as it is."""
    return phone.display(number) if number else ""


@register.filter
def widget_kind(field: BoundField) -> str:
    """Tell how a field is drawn: hidden, check, chips, tiles, choices, photo, place, file, combined or plain."""
    widget = field.field.widget
    match widget:
        case _ if widget.is_hidden:
            return "hidden"
        case PlaceInput():
            return "place"
        case PhotoInput():
            return "photo"
        case widgets.FileInput():
            return "file"
        case widgets.CheckboxInput():
            return "check"
        case widgets.CheckboxSelectMultiple() | widgets.RadioSelect() if widget.attrs.get("data-look"):
            return str(widget.attrs["data-look"])
        case widgets.CheckboxSelectMultiple() | widgets.RadioSelect():
            return "choices"
        case _ if widget.use_fieldset:
            return "combined"
    return "plain"


@register.filter
def choice_groups(field: BoundField) -> list[tuple[str, list[BoundWidget]]]:
    """Return the boxes of a field whose choices stand in groups, with the name of each group."""
    offered, boxes = field.field.choices, iter(field)  # type: ignore[attr-defined]
    return [(label, list(islice(boxes, len(inside)))) for label, inside in offered]


@register.simple_tag(takes_context=True)
def note_refusal(context: Context, form: Any) -> str:
    """Tell the outbox of a phone which form this page refuses; draws nothing."""
    if (request := context.get("request")) is not None:
        outbox.told(request).refused.append(form)
    return ""


@register.filter
def wrong_fields(form: Any) -> list[BoundField]:
    """Return the visible fields of a form that were refused."""
    return [field for field in form if field.errors]


@register.filter
def page_numbers(page: Page) -> list[int | str]:
    """Return the page numbers to offer, with '…' for what is left out."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


@register.filter
def up_to(count: int | str) -> range:
    """Return 1 to count, for the dots of a row of steps."""
    return range(1, int(count) + 1)


@register.filter
def percent(value: float | str, of: float | str) -> int:
    """Return a share as a whole percentage, 0 to 100."""
    whole = float(of or 0)
    return max(0, min(100, math.floor(100 * float(value or 0) / whole))) if whole else 0
