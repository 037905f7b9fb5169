"""Where Wagtail asks and the house answers."""

from django.urls import include, path
from wagtail import hooks

from .bureau import branding, dashboard, icons, menus, screen_urls

menus.forget_addresses()

hooks.register("construct_main_menu", menus.main_menu)
for _menu in ("construct_settings_menu", "construct_reports_menu", "construct_help_menu"):
    hooks.register(_menu, menus.keep_none)
hooks.register("construct_homepage_panels", dashboard.home_panels)
hooks.register("construct_homepage_summary_items", menus.keep_none)
hooks.register("register_icons", icons.icon_templates)
hooks.register("insert_global_admin_css", branding.style)


@hooks.register("register_admin_urls")
def admin_urls() -> list[object]:
    """Mount the settings screens."""
    return [path("reglages/", include(screen_urls))]
