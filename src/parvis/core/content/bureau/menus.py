"""The staff menu: the town, what each module offers, the pages and files, the settings."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.admin.search import Search
from wagtail.admin.wagtail_hooks import ExplorerMenuItem

from parvis.core.content import rules
from parvis.core.tenancy.addresses import territory_path
from parvis.core.tenancy.models import Territory

from .access import bureau_path, territories_of
from .entries import entries_of
from .icons import icon_name

Items = list[MenuItem]


def forget_addresses() -> None:
    """Make Wagtail gather its menus and search tabs anew each time: it keeps them, with the first town's addresses."""
    Menu.registered_menu_items = property(  # type: ignore[assignment,method-assign]  # asked anew for each request
        lambda menu: [*(menu.initial_menu_items or ()), *_registered(menu.register_hook_name)]
    )
    Search.registered_search_areas = property(  # type: ignore[assignment,method-assign]  # likewise
        lambda search: sorted(_registered(search.register_hook_name))
    )


def _registered(name: str | None) -> list[MenuItem]:
    return [register() for register in hooks.get_hooks(name)] if name else []


def main_menu(request: HttpRequest, items: Items) -> None:
    """Put the house's menu in the place of Wagtail's (hook ``construct_main_menu``)."""
    if getattr(request, "territory", None) is None:
        return
    items[:] = [
        *_towns(request),
        MenuItem(_("Today"), reverse("wagtailadmin_home"), name="today", icon_name=icon_name("home"), order=20),
        *_of_modules(request),
        *_of_pages(request),
        *_of_settings(request),
    ]


def _towns(request: HttpRequest) -> Iterator[MenuItem]:
    """The town in force: its public site, and the other towns this person serves."""
    town, language = request.territory, request.LANGUAGE_CODE
    links = [
        MenuItem(
            _("See the site"),
            territory_path(town, language, "/"),
            name="see-site",
            icon_name=icon_name("globe"),
            order=1,
        )
    ]
    links += [
        MenuItem(
            other.name, bureau_path(other, language), name=f"town-{other.slug}", icon_name=icon_name("swap"), order=2
        )
        for other in _others(request)
    ]
    yield SubmenuMenuItem(
        town.name, Menu(items=links), name="town", icon_name=icon_name("building"), order=10, classname="town"
    )


def _others(request: HttpRequest) -> list[Territory]:
    here = request.territory.pk
    if all(grant.territory_id == here for grant in request.actor.grants):
        return []
    return [town for town in territories_of(request.actor) if town.pk != here]


def _of_modules(request: HttpRequest) -> Iterator[MenuItem]:
    """What each module in use offers to this person."""
    for entry in entries_of(request.actor):
        yield MenuItem(
            entry.label, entry.url, name=entry.name, icon_name=icon_name(entry.icon), order=100 + entry.order
        )


def _of_pages(request: HttpRequest) -> Iterator[MenuItem]:
    if not rules.can_write(request.actor):
        return
    explorer = reverse("wagtailadmin_explore_root")
    yield ExplorerMenuItem(_("Pages and news"), explorer, name="explorer", icon_name=icon_name("page"), order=5000)
    yield MenuItem(
        _("Pictures"), reverse("wagtailimages:index"), name="images", icon_name=icon_name("image"), order=5010
    )
    yield MenuItem(
        _("Documents"), reverse("wagtaildocs:index"), name="documents", icon_name=icon_name("download"), order=5020
    )
    yield MenuItem(
        _("Pages to check again"),
        reverse("wagtailadmin_reports:aging_pages"),
        name="aging-pages",
        icon_name=icon_name("clock"),
        order=5030,
    )


def _of_settings(request: HttpRequest) -> Iterator[MenuItem]:
    if rules.can_configure(request.actor):
        yield MenuItem(
            _("Settings"), reverse("content_bureau:settings"), name="settings", icon_name=icon_name("gear"), order=9000
        )


def keep_none(request: HttpRequest, items: Items) -> None:
    """Empty Wagtail's own menus of settings, reports and help: they are for the whole instance."""
    items.clear()
