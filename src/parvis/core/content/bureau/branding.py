"""The house's colours and type on Wagtail's screens."""

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from parvis.core.ui import vite


def style() -> SafeString:
    """Return what goes into the head of every screen of the back office (hook ``insert_global_admin_css``)."""
    return render_to_string("content/bureau/style.html", {"fonts": vite.entry("main").fonts})
