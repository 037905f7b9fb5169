"""The parts of a photo to make unrecognisable, as numbers: drawn over the photo with a script, typed without."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.core.files.blurring import MOST_PARTS, parts_of
from parvis.core.files.content import Part
from parvis.core.files.models import StoredFile

EDGES = ("left", "top", "width", "height")
EMPTY_ROWS = 3


class BlurForm(forms.Form):
    """Rows of four numbers, each in hundredths of the photo's width or height; an empty row asks nothing."""

    keep_original = forms.BooleanField(
        label=_("Keep the original, for staff only"),
        required=False,
        initial=True,
        help_text=_("Otherwise it is deleted, and what is blurred stays so."),
    )
    show = forms.BooleanField(label=_("Show the photo to everyone afterwards"), required=False, initial=True)

    def __init__(self, data: Any = None, *, photo: StoredFile) -> None:
        super().__init__(data)
        self.photo = photo
        self.is_for_good = bool(photo.version) and not photo.has_original
        if self.is_for_good:
            del self.fields["keep_original"]

    @property
    def rows(self) -> list[dict[str, str]]:
        """The rows to show: what was sent, else what is blurred now and can still be changed; then empty ones."""
        if self.is_bound:
            shown = [dict(zip(EDGES, row, strict=True)) for row in self._sent() if any(row)]
        else:
            parts = [] if self.is_for_good else parts_of(self.photo)
            shown = [{edge: f"{100 * getattr(part, edge):.1f}" for edge in EDGES} for part in parts]
        return [*shown, *(dict.fromkeys(EDGES, "") for _number in range(EMPTY_ROWS))][:MOST_PARTS]

    def _sent(self) -> list[tuple[str, ...]]:
        columns = [self.data.getlist(edge)[: MOST_PARTS + EMPTY_ROWS + 1] for edge in EDGES]  # type: ignore[attr-defined]
        return [tuple(value.strip()[:12] for value in row) for row in zip(*columns, strict=False)]

    def clean(self) -> dict[str, Any]:
        """Read the rows into `parts`."""
        parts = []
        for row in self._sent():
            if not any(row):
                continue
            try:
                numbers = [float(value.replace(",", ".")) / 100 for value in row]
                if not all(0 <= number <= 1 for number in numbers):
                    raise ValueError
            except ValueError:
                raise forms.ValidationError(_("Write four numbers between 0 and 100 for each part.")) from None
            parts.append(Part(*numbers))
        if not parts and (self.is_for_good or not self.photo.version):
            raise forms.ValidationError(_("Draw at least one rectangle over the photo."))
        return {"keep_original": False, "show": False, **(self.cleaned_data or {}), "parts": parts}
