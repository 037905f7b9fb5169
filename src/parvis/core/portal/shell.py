"""The links around every page (the port `UI_SHELL` of the interface)."""

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from parvis.core.identity.request import TownRequest
from parvis.core.notifications.queries import unread_count
from parvis.core.territories import queries as ties
from parvis.core.ui.shell import Link, Shell


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def shell(request: TownRequest) -> Shell:
    """Return the links of this request's page."""
    territory, person = getattr(request, "territory", None), getattr(request, "person", None)
    bodies = list(ties.bodies_of(territory.pk)) if territory and not territory.is_regional else []
    footer = [
        Link(_("All pages"), _url("portal:site_map")),
        Link(_("Privacy"), _url("privacy:policy")),
        Link(_("Other towns"), f"{request.language_prefix}/"),
    ]
    ribbon: tuple[str, tuple[Link, ...]] = ("", ())
    if settings.DEMO:
        ribbon = (_("Demonstration: all is fictional."), (Link(_("People and messages"), "/demo/"),))
    return Shell(
        line=" · ".join(body.name for body in bodies),
        name=person.name if person else "",
        account=_account(request) if person else (),
        sign_in=None if person else Link(_("Sign in"), f"{_url('account_login')}?next={request.path}", "user"),
        header=(Link(_("Search"), _url("portal:search"), "search"),) if territory else (),
        footer=tuple(link for link in footer if link.url),
        ribbon=ribbon,
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
