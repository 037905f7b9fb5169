"""How Django forms are drawn, and the widgets that the islands enhance."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

from .contrast import PoorContrast, check_brand


class Renderer(TemplatesSetting):
    """Draws forms with the house's templates (``FORM_RENDERER``); `django.forms` must be an installed app."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"


class PhotoInput(forms.ClearableFileInput):
    """A photo: shown at once and made smaller in the page before it leaves, where scripts run."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"accept": "image/*", **(attrs or {})})


class PhotosInput(PhotoInput):
    """Several photos in one field."""

    allow_multiple_selected = True


class PlaceInput(forms.MultiWidget):
    """Where: an address in words, with latitude and longitude (degrees, WGS 84) when the map or a suggestion gave them.

    A form calls :meth:`show` when it knows the territory; until then it is a plain text field.
    """

    template_name = "ui/forms/place.html"
    use_fieldset = False

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {
                "address": forms.TextInput({"autocomplete": "off", **(attrs or {})}),
                "lat": forms.HiddenInput(),
                "lon": forms.HiddenInput(),
                "ref": forms.HiddenInput(),
            }
        )

    def show(
        self,
        *,
        search: str = "",
        nearest: str = "",
        preview: str = "",
        bounds: str = "",
        map: str = "",
        centre: str = "",
        things: str = "",
    ) -> None:
        """Say what helps to choose, as addresses on this site; each may be left out.

        `search` answers ``?q=`` with ``{"results": [{"label", "lat", "lon"}]}``, `nearest` answers ``?lat=&lon=`` with
        ``{"found", "inside", "neighbour"}``; `preview` is a drawn picture of exactly the window `bounds`
        ("west,south,east,north", degrees, Web Mercator); `map` is a TileJSON, `centre` is "lon,lat". `things` answers
        ``?bbox=&zoom=`` with GeoJSON: one of them can be chosen on the map, and the place's ``ref`` is ``thing:<ref>``.
        """
        given = {
            "search": search,
            "nearest": nearest,
            "preview": preview,
            "bounds": bounds,
            "map": map,
            "centre": centre,
            "things": things,
        }
        self.attrs.update(given)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Give the template the names with a hyphen, which it cannot read."""
        context = super().get_context(name, value, attrs)
        found = context["widget"]["attrs"]
        context["widget"]["describedby"] = found.get("aria-describedby", "")
        context["widget"]["invalid"] = found.get("aria-invalid", "")
        return context

    def decompress(self, value: Any) -> list[Any]:
        """Split a place into its parts."""
        if not value:
            return ["", None, None, ""]
        return [value.get("address", ""), value.get("lat"), value.get("lon"), value.get("ref", "")]

    def id_for_label(self, id_: str) -> str:
        """The label belongs to the address."""
        return f"{id_}_0" if id_ else ""


class PlaceField(forms.MultiValueField):
    """A place as ``{"address": str, "lat": float | None, "lon": float | None, "ref": str}``; the address or a point."""

    widget = PlaceInput
    default_error_messages = {
        "required": _("Say where: an address, or a point on the map."),
        "outside": _("This point is not on the globe. Choose it again on the map."),
    }

    def __init__(self, **kwargs: Any) -> None:
        parts = (
            forms.CharField(max_length=200, required=False),
            forms.FloatField(required=False, min_value=-90, max_value=90),
            forms.FloatField(required=False, min_value=-180, max_value=180),
            forms.CharField(max_length=64, required=False),
        )
        super().__init__(parts, require_all_fields=False, **kwargs)

    def compress(self, data_list: list[Any]) -> dict[str, Any] | None:
        """Join the parts; a point needs both of its numbers."""
        address, lat, lon, ref = [*data_list, "", None, None, ""][:4] if data_list else ("", None, None, "")
        if lat is None or lon is None:
            lat = lon = None
        if not address and lat is None:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        return {"address": address or "", "lat": lat, "lon": lon, "ref": ref or ""}


def validate_brand(colour: str) -> None:
    """Refuse a brand colour that some people could not read. Raises ValidationError with the measured contrast."""
    try:
        check_brand(colour)
    except PoorContrast as error:
        raise ValidationError(
            _(
                "Too pale: its contrast with the page is %(ratio)s to 1, at least %(needed)s is needed. "
                "Choose a darker colour."
            ),
            code="contrast",
            params={"ratio": f"{error.ratio:.1f}", "needed": f"{error.needed:.1f}"},
        ) from error
    except ValueError as error:
        raise ValidationError(_("Write the colour as #rrggbb, for instance #0f5c4f."), code="colour") from error
