"""The links around every page (the port `UI_SHELL` of the interface)."""

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.html import escape
from django.utils.translation import gettext as _

from parvis.core.identity.request import TownRequest
from parvis.core.notifications.queries import unread_count
from parvis.core.tenancy.models import Territory
from parvis.core.territories import queries as ties
from parvis.core.ui.pagecache import MARKS, part
from parvis.core.ui.shell import Link, Shell

from .standing import standing


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _line(territory: Territory) -> str:
    """Return the names of the bodies that a town belongs to, as HTML."""
    return "" if territory.is_regional else escape(" · ".join(body.name for body in ties.bodies_of(territory.pk)))


def shell(request: TownRequest) -> Shell:
    """Return the links of this request's page."""
    territory, person = getattr(request, "territory", None), getattr(request, "person", None)
    line = part(request, "line", lambda: _line(territory), unmoved_by=MARKS) if territory else ""
    footer = [
        Link(_("All pages"), _url("portal:site_map")),
        Link(_("Privacy"), _url("privacy:policy")),
        Link(_("Other towns"), f"{request.language_prefix}/"),
        Link(_("Official website"), territory.website if territory else ""),
    ]
    ribbon: tuple[str, tuple[Link, ...]] = ("", ())
    if settings.DEMO:
        ribbon = (_("Demonstration: all is fictional."), (Link(_("People and messages"), "/demo/"),))
    return Shell(
        line=line,
        name=person.name if person else "",
        account=_account(request) if person else (),
        sign_in=None if person else Link(_("Sign in"), f"{_url('account_login')}?next={request.path}", "user"),
        header=(Link(_("Search"), _url("portal:search"), "search"),) if territory else (),
        footer=tuple(link for link in footer if link.url),
        ribbon=ribbon,
        standing=standing(request) if person else None,
        call=Link(territory.phone, f"tel:{territory.phone}") if territory and territory.phone else None,
    )


def _account(request: TownRequest) -> tuple[Link, ...]:
    links = [
        Link(_("My space"), _url("portal:my_space"), "home"),
        Link(_("Messages"), _url("notifications:inbox"), "mail", count=unread_count(request.person.pk)),
    ]
    if request.actor.is_staff() and request.territory:
        links.append(Link(_("Back office"), _url("wagtailadmin_home"), "tool"))
    links.append(Link(_("Sign out"), _url("account_logout"), "lock", post=True))
    return tuple(link for link in links if link.url)
