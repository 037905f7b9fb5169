"""What comes in with a question to the map."""

from django import forms

from .queries import LONGEST


class PlaceForm(forms.Form):
    """A position on Earth."""

    lat = forms.FloatField(min_value=-90, max_value=90)
    lon = forms.FloatField(min_value=-180, max_value=180)


class SearchForm(forms.Form):
    """A search, perhaps from where somebody stands."""

    q = forms.CharField(max_length=10 * LONGEST, required=False)
    lat = forms.FloatField(min_value=-90, max_value=90, required=False)
    lon = forms.FloatField(min_value=-180, max_value=180, required=False)

    @property
    def near(self) -> tuple[float, float] | None:
        """Where somebody stands, if they said so."""
        lat, lon = self.cleaned_data.get("lat"), self.cleaned_data.get("lon")
        return None if lat is None or lon is None else (lat, lon)


class PreviewForm(PlaceForm):
    """A drawn view: its middle, metres on each side, and pixels."""

    reach = forms.IntegerField(min_value=50, max_value=50_000, required=False)
    width = forms.IntegerField(min_value=64, max_value=1600, required=False)
    height = forms.IntegerField(min_value=64, max_value=1600, required=False)
