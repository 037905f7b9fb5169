"""The manifest of people, accounts and organisations."""

from django.utils.translation import gettext_lazy as _

from parvis.core.registry.module import Module

module = Module(name="identity", label=_("People and organisations"))
