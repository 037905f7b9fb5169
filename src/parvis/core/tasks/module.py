"""The manifest of background work."""

from django.utils.translation import gettext_lazy as _

from parvis.core.registry.module import Module

module = Module(name="tasks", label=_("Background work"))
