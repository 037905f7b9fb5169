"""The manifest of territories and their guards."""

from django.utils.translation import gettext_lazy as _

from parvis.core.registry.module import Module

module = Module(name="tenancy", label=_("Territories"))
