"""What a crew sends from the field."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from parvis.core.ui.forms import PhotosInput

from .forms import PhotosField
from .operations import MOST_LETTERS
from .operations.field import Material

ROWS = 3
"""Lines of material offered; a fourth kind goes into a second sending."""


class WorkForm(forms.Form):
    """What was done: words for the reporter, time, material, photos before and after.

    Material is up to three lines of loose fields ``what_0``, ``quantity_0``, ``unit_0``, ``cost_0``; a line without
    words is no line.
    """

    hide_optional = True

    before = PhotosField(label=_("Photo before"), required=False, widget=PhotosInput)
    after = PhotosField(label=_("Photo after"), required=False, widget=PhotosInput)
    note = forms.CharField(
        label=_("What was done, or why it could not be"),
        required=False,
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("When it is done, the reporter reads these words."),
    )
    minutes = forms.IntegerField(
        label=_("Time, in minutes"),
        required=False,
        min_value=0,
        max_value=24 * 60,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    sent_at = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_minutes(self) -> int:
        """No time said is no time."""
        return self.cleaned_data["minutes"] or 0

    def clean_sent_at(self) -> datetime | None:
        """Read when the telephone says that it happened; what cannot be read is now."""
        try:
            moment = parse_datetime(self.cleaned_data["sent_at"])
        except ValueError:
            return None
        return moment if moment and timezone.is_aware(moment) else None

    def clean(self) -> dict[str, Any]:
        """Read the lines of material."""
        said = super().clean() or {}
        said["materials"] = [line for n in range(ROWS) if (line := self._material(n)) is not None]
        return said

    def _material(self, n: int) -> Material | None:
        what = self.data.get(f"what_{n}", "").strip()[:120]
        if not what:
            return None
        quantity = self._number(n, f"quantity_{n}", Decimal(9_999_999)) or Decimal(1)
        cost = self._number(n, f"cost_{n}", Decimal(20_000_000))
        unit = self.data.get(f"unit_{n}", "").strip()[:12]
        return Material(what, quantity, unit, None if cost is None else int(cost * 100))

    def _number(self, n: int, name: str, most: Decimal) -> Decimal | None:
        text = self.data.get(name, "").replace("\u202f", "").replace("\xa0", "").replace(" ", "").replace(",", ".")
        if not text:
            return None
        try:
            value = Decimal(text)
            if value.is_finite() and 0 < value <= most:
                return value.quantize(Decimal("0.01"))
        except InvalidOperation:
            pass
        self.add_error(None, forms.ValidationError(_("Material, line %(n)s: write a number."), params={"n": n + 1}))
        return None

    @property
    def lines(self) -> list[dict[str, str]]:
        """The lines of material as they were typed, for drawing them."""
        names = ("what", "quantity", "unit", "cost")
        return [{name: self.data.get(f"{name}_{n}", "") for name in names} for n in range(ROWS)]


class PutForm(forms.Form):
    """Which day, and whose list: a team's id, or ``me``."""

    hide_optional = True

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    who = forms.ChoiceField(label=_("For whom"))

    def __init__(self, *args: Any, teams: list[tuple[str, str]], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = today
        self.fields["who"].choices = [("me", _("Myself")), *teams]  # type: ignore[attr-defined]
