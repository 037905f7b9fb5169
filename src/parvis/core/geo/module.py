"""The manifest of geo."""

from django.utils.translation import gettext_lazy as _

from parvis.core.registry.entries import Dataset, MapLayer, SearchSource
from parvis.core.registry.module import Module

from . import datasets, layers, rules

module = Module(
    name="geo",
    label=_("Map and addresses"),
    permissions={"geo.import": rules.can_import},
    permission_labels={"geo.import": _("Import streets, addresses and boundaries")},
    emits=["geo.map_changed"],
    map_layers=[MapLayer("places", _("Public places"), layers.places, icon="pin", on=False)],
    search=[
        SearchSource("place", _("Places"), layers.documents, refresh_on=("geo.map_changed",), icon="pin", is_place=True)
    ],
    datasets=[
        Dataset("addresses", _("Civic addresses"), datasets.addresses, datasets.ADDRESS_FIELDS, geometry=True),
        Dataset("districts", _("Districts"), datasets.districts, datasets.DISTRICT_FIELDS, geometry=True),
        Dataset("places", _("Public places"), datasets.places, datasets.PLACE_FIELDS, geometry=True),
    ],
    urls="parvis.core.geo.urls",
    prefix="carte/",
    demo="parvis.core.geo.demo.load",
    commands={
        "import streets": "parvis.core.geo.commands:streets",
        "import addresses": "parvis.core.geo.commands:addresses",
        "import boundaries": "parvis.core.geo.commands:boundaries",
    },
)
