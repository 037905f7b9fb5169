"""The manifest of the demo's own pages."""

from django.utils.translation import gettext_lazy as _

from parvis.core.registry.module import Module

module = Module(name="demonstration", label=_("Demonstration"), urls="parvis.core.demonstration.urls", prefix="demo/")
