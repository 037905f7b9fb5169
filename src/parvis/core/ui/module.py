"""The manifest of the interface."""

from django.utils.translation import gettext_lazy as _

from parvis.core.registry.module import Module

module = Module(name="ui", label=_("Interface"), root_urls="parvis.core.ui.urls")
