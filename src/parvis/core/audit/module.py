"""The manifest of the logs."""

from django.utils.translation import gettext_lazy as _

from parvis.core.registry.module import Module

module = Module(name="audit", label=_("Audit"))
