"""What comes in from people."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from . import queries
from .models import Ending

OWN_REASONS = (Ending.LOST, Ending.STOLEN, Ending.DAMAGED)


class ReplaceForm(forms.Form):
    """Why a card is replaced."""

    because = forms.ChoiceField(
        label=_("What happened"),
        choices=[(reason.value, reason.label) for reason in OWN_REASONS],
        widget=forms.RadioSelect,
    )


class EndForm(forms.Form):
    """Why a card ends without another."""

    because = forms.ChoiceField(
        label=_("Why it ends"),
        choices=[(reason.value, reason.label) for reason in Ending if reason not in OWN_REASONS],
        widget=forms.RadioSelect,
    )


class PrintForm(forms.Form):
    """What a card on paper is shown for."""

    purpose = forms.ChoiceField(label=_("What the card is shown for"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(purpose.name, purpose.label) for purpose in queries.purposes()]
        self.fields["purpose"].choices = choices  # type: ignore[attr-defined]  # a field of choices
        self.initial.setdefault("purpose", choices[-1][0] if choices else "")


class NumberForm(forms.Form):
    """The number of a card, read out or typed."""

    number = forms.CharField(
        label=_("Number of the card"),
        max_length=20,
        help_text=_("Eight letters and numbers, such as K7M2-PX4R."),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class PlaceForm(PrintForm):
    """A place that counts entries."""

    field_order = ["name", "purpose", "residents_only"]

    name = forms.CharField(label=_("Name of the place"), max_length=80)
    residents_only = forms.BooleanField(label=_("Residents only"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].label = _("The code that is asked for")


class VisitForm(forms.Form):
    """One entry, as a phone counted it; times are ISO 8601."""

    mark = forms.CharField(required=False, max_length=16)
    resident = forms.ChoiceField(required=False, choices=[("", ""), ("yes", ""), ("no", "")])
    sent_at = forms.CharField(required=False)
    visit = forms.UUIDField(required=False)

    def clean_sent_at(self) -> datetime | None:
        """Read when the telephone says that it happened; what cannot be read is now."""
        try:
            moment = parse_datetime(self.cleaned_data["sent_at"])
        except ValueError:
            return None
        return moment if moment and timezone.is_aware(moment) else None

    def clean_resident(self) -> bool | None:
        """Return whether the code said so, None when it said nothing."""
        return {"yes": True, "no": False}.get(self.cleaned_data["resident"])
