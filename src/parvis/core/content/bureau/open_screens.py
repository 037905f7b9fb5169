"""Which of Wagtail's own screens are open. What is not named here answers 404.

Closed: users, groups, sites, redirects, workflows, collections, snippets, forms, tags, reports on the whole instance. A
screen that a new version brings stays closed until somebody has looked at it.
"""

from django.urls import ResolverMatch

OPEN = frozenset(
    {
        "wagtailadmin_home",
        "wagtailadmin_explore_root",
        "wagtailadmin_explore",
        "wagtailadmin_explore_results",
        "wagtailadmin_choose_page",
        "wagtailadmin_choose_page_child",
        "wagtailadmin_choose_page_search",
        "wagtailadmin_choose_page_chosen_multiple",
        "wagtailadmin_choose_page_external_link",
        "wagtailadmin_choose_page_email_link",
        "wagtailadmin_choose_page_phone_link",
        "wagtailadmin_choose_page_anchor_link",
        "wagtailadmin_dismissibles",
        "wagtailadmin_block_preview",
        "wagtailadmin_sprite",
        "wagtailadmin_javascript_catalog",
        "wagtailadmin_reports:locked_pages",
        "wagtailadmin_reports:locked_pages_results",
        "wagtailadmin_reports:aging_pages",
        "wagtailadmin_reports:aging_pages_results",
        "wagtail_bulk_action",
    }
)
OPEN_NAMESPACES = frozenset(
    {
        "wagtailadmin_api",
        "wagtailadmin_editing_sessions",
        "wagtailadmin_pages",
        "wagtaildocs",
        "wagtaildocs_chooser",
        "wagtailimages",
        "wagtailimages_chooser",
    }
)
CLOSED = frozenset(
    {"wagtailadmin_pages:set_privacy", "wagtailimages:url_generator", "wagtailimages:url_generator_output"}
)
BULK_MODELS = frozenset({("wagtailcore", "page"), ("content", "picture"), ("content", "towndocument")})


def is_open(match: ResolverMatch | None) -> bool:
    """Tell whether the screen that answers may be shown: one of the house's own, or one of Wagtail's named above."""
    if match is None:
        return False
    if _module_of(match).startswith("parvis."):
        return True
    if match.view_name in CLOSED:
        return False
    if match.view_name == "wagtail_bulk_action":
        return (match.kwargs.get("app_label"), match.kwargs.get("model_name")) in BULK_MODELS
    return match.view_name in OPEN or bool(OPEN_NAMESPACES.intersection(match.namespaces[:1]))


def _module_of(match: ResolverMatch) -> str:
    view = match.func
    while hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    return getattr(getattr(view, "view_class", view), "__module__", "")
