"""The form by which staff say how a thing of the municipality fares, where it stands and who sees it."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parvis.core.assets.models import Asset, AssetState
from parvis.core.geo.canvas import View
from parvis.core.geo.drawing import SIZE, around
from parvis.core.ui.forms import PlaceField

REACH = 200
"""Metres around a thing that the picture shows, where its point can be moved."""


class AssetForm(forms.Form):
    """What may change of a thing without a file."""

    state = forms.ChoiceField(label=_("State"), choices=AssetState.choices)
    place = PlaceField(label=_("Where is it?"), help_text=_("Words for people; the map moves the point."))
    is_public = forms.BooleanField(
        label=_("On the public map"),
        required=False,
        help_text=_("Otherwise only staff see it, and nobody else can report a problem about it."),
    )

    def __init__(self, data: Any, *, asset: Asset) -> None:
        place = {"address": asset.street, "lat": asset.lat, "lon": asset.lon}
        super().__init__(data, initial={"state": asset.state, "is_public": asset.is_public, "place": place})
        self.asset = asset
        box = View.over(around(asset.lat, asset.lon, REACH), *SIZE).box
        self.fields["place"].widget.show(  # type: ignore[attr-defined]
            search=reverse("geo:addresses"),
            map=reverse("geo:tilejson"),
            bounds=f"{box.west},{box.south},{box.east},{box.north}",
            centre=f"{asset.lon},{asset.lat}",
            preview=f"{reverse('geo:preview')}?lat={asset.lat}&lon={asset.lon}&reach={REACH}",
        )

    def clean_place(self) -> dict[str, Any]:
        """Leave it where it stands when only the words changed."""
        place = self.cleaned_data["place"]
        most = Asset._meta.get_field("street").max_length
        if most and len(place["address"]) > most:
            raise forms.ValidationError(_("Write at most %(most)s letters."), params={"most": most})
        here = {"lat": self.asset.lat, "lon": self.asset.lon} if place["lat"] is None else {}
        return {**place, **here}

    def said(self) -> dict[str, Any]:
        """Return what :func:`~parvis.core.assets.operations.change_asset` takes."""
        data, place = self.cleaned_data, self.cleaned_data["place"]
        where = {"street": place["address"], "lat": place["lat"], "lon": place["lon"]}
        return {"state": AssetState(data["state"]), "is_public": data["is_public"], **where}
