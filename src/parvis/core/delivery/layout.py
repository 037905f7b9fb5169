"""The look of an e-mail: the house's style inlined once a territory and language, then filled for each message."""

from dataclasses import dataclass
from functools import lru_cache
from html import escape

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import urlize

from parvis.core.tenancy.addresses import absolute, territory_path
from parvis.core.tenancy.context import current_territory_id
from parvis.core.tenancy.models import Territory
from parvis.lib.phone import display

_BODY, _SUBJECT, _REASON = "parvis-body-here", "parvis-subject-here", "parvis-reason-here"


@dataclass(frozen=True, slots=True)
class Place:
    """What a message says of the territory it comes from."""

    name: str
    brand: str
    phone: str
    address: str
    home: str
    is_fictional: bool
    language: str


@dataclass(frozen=True, slots=True)
class Composed:
    """The two parts of an e-mail."""

    text: str
    html: str


def place_of(territory: Territory | None, language: str) -> Place:
    """Return what messages of a territory say of it; None is the instance itself."""
    home = absolute(territory_path(territory, language, "/"))
    if territory is None:
        return Place("Parvis", "#0f5c4f", "", "", home, False, language)
    return Place(
        name=territory.name,
        brand=territory.brand,
        phone=display(territory.phone) if territory.phone else "",
        address=territory.address,
        home=home,
        is_fictional=territory.is_fictional,
        language=language,
    )


def compose(
    place: Place,
    *,
    subject: str,
    text: str,
    reason: str,
    url: str = "",
    label: str = "",
    html: str = "",
    choices: str = "",
) -> Composed:
    """Put a message into the house's layout, in the place's language.

    `text` is plain, paragraphs apart by an empty line; `url` with its `label` becomes the one button; `reason` says why
    the reader gets this, and `choices` is the address where they choose otherwise. `html` stands in for `text` in the
    HTML part and must be escaped already.
    """
    with translation.override(place.language):
        label = label or translation.gettext("Open the page")
        plain = render_to_string(
            "delivery/email.txt",
            {"place": place, "text": text.strip(), "url": url, "label": label, "reason": reason, "choices": choices},
        )
        why = _reason(reason, choices)
        body = _inlined_body(html or paragraphs(text), url, label)
        whole = _shell(place)
    for mark, value in ((_SUBJECT, escape(subject)), (_REASON, why), (_BODY, body)):
        whole = whole.replace(mark, value)
    return Composed(text=plain.strip() + "\n", html=whole)


def _reason(reason: str, choices: str) -> str:
    """Return the last line of the HTML part: why the reader gets this, and where they choose otherwise."""
    if not choices:
        return escape(reason)
    said = escape(translation.gettext("Choose what we send you"))
    return f'{escape(reason)} <a href="{escape(choices)}">{said}</a>'.strip()


def compose_plain(*, subject: str, text: str) -> str:
    """Return the HTML part for a text written elsewhere (accounts), in the territory and language of the moment."""
    place = place_of(territory_in_force(), (translation.get_language() or "fr")[:2])
    return compose(place, subject=subject, text=text, reason="").html


def territory_in_force() -> Territory | None:
    """Return the territory of the running transaction, or None at the door of the instance."""
    key = current_territory_id()
    return Territory.objects.filter(pk=key).first() if key else None


def paragraphs(text: str) -> str:
    """Return plain text as escaped paragraphs, with its addresses as links."""
    blocks = (block.strip() for block in text.replace("\r\n", "\n").split("\n\n"))
    return "".join(f"<p>{urlize(block, autoescape=True).replace(chr(10), '<br>')}</p>" for block in blocks if block)


@lru_cache(maxsize=512)
def _shell(place: Place) -> str:
    """The page around the message, its styles inlined. Called under the place's language, which is part of the key."""
    marks = {"body": _BODY, "subject": _SUBJECT, "reason": _REASON}
    return _inline(render_to_string("delivery/email.html", {"place": place, **marks}))


@lru_cache(maxsize=512)
def _inlined_body(html: str, url: str, label: str) -> str:
    page = _inline(render_to_string("delivery/email_body.html", {"html": html, "url": url, "label": label}))
    return page.partition("<body>")[2].partition("</body>")[0].strip()


def _inline(html: str) -> str:
    from premailer import Premailer

    return Premailer(
        html,
        keep_style_tags=True,
        remove_classes=False,
        strip_important=False,
        allow_network=False,
        disable_validation=True,
        cache_css_parsing=True,
    ).transform()


__all__ = ["Composed", "Place", "compose", "compose_plain", "paragraphs", "place_of", "territory_in_force"]
