"""The manifest of files."""

from django.utils.translation import gettext_lazy as _

from parvis.core.registry.entries import PersonalData
from parvis.core.registry.module import Module

from . import personal_data

module = Module(
    name="files",
    label=_("Photos and documents"),
    emits=["files.ready"],
    urls="parvis.core.files.urls",
    prefix="fichiers/",
    personal_data=[
        PersonalData(
            name="files",
            label=_("Photos and documents you handed in"),
            purpose=_("To show what a request is about."),
            retention=_("As long as the request they belong to."),
            export=personal_data.export,
            erase=personal_data.erase,
            categories=(_("photos"), _("documents")),
            readers=_("Who may see the request they belong to."),
        )
    ],
)
