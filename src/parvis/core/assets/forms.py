"""What the staff's list of things is asked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.core.geo.models import District, DistrictKind

from .models import AssetKind, AssetState
from .queries import AssetFilter

STANDING = "standing"


class AssetFilterForm(forms.Form):
    """The questions above the list; every one may stay empty."""

    q = forms.CharField(label=_("Number, name or street"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *AssetKind.choices])
    district = forms.ModelChoiceField(
        District.objects.none(), label=_("District"), required=False, empty_label=_("All")
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[(STANDING, _("Still there")), *AssetState.choices, ("all", _("All"))]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = District.objects.filter(kind=DistrictKind.ELECTORAL).defer("polygon").order_by("name")
        self.fields["district"].queryset = rows  # type: ignore[attr-defined]  # of a model
        self.hide_optional = True

    def wanted(self) -> AssetFilter:
        """Return the question; what cannot be understood is left out."""
        self.is_valid()
        said = self.cleaned_data
        state, district = said.get("state") or STANDING, said.get("district")
        return AssetFilter(
            text=said.get("q") or "",
            kind=said.get("kind") or "",
            state="" if state == "all" else state,
            district_id=district.pk if district else None,
        )
