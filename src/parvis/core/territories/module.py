"""The manifest of ties between territories."""

from django.utils.translation import gettext_lazy as _

from parvis.core.registry.module import Module

module = Module(name="territories", label=_("Territories and their ties"))
