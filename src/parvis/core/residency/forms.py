"""What comes in from people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.core.tenancy.models import Territory

from . import taxes
from .models import Ending
from .operations.proving import DOCUMENTS, Answer

DOCUMENT_LABELS = {
    "licence": _("Driver’s licence with this address"),
    "tax_bill": _("Municipal tax bill"),
    "lease": _("Lease"),
    "utility_bill": _("Electricity, telephone or Internet bill"),
    "school_paper": _("School or daycare paper"),
    "attestation": _("Written word of the person who houses them"),
}


NOT_THE_CODE = {
    Answer.WRONG: _("This is not the code of your letter. Look at it once more."),
    Answer.NO_LETTER: _("No letter is on its way, or its code is too old. Ask for another one."),
    Answer.TOO_OFTEN: _("Five wrong codes: this letter is good for nothing any more. Ask for another one."),
}
NOT_THE_BILL = {
    Answer.WRONG: _("No tax account has this number and this amount. Look at the bill once more."),
    Answer.TOO_OFTEN: _("Too many wrong tries today. Come back tomorrow, or choose another way."),
}


class AddressForm(forms.Form):
    """Where one lives."""

    address = forms.CharField(
        label=_("Your address"),
        max_length=200,
        help_text=_("Number and street, as on your mail."),
        widget=forms.TextInput({"autocomplete": "street-address"}),
    )


class TheirAddressForm(AddressForm):
    """Where somebody at the counter lives."""

    address = forms.CharField(label=_("Their address"), max_length=200, help_text=_("Number and street."))


class CodeForm(forms.Form):
    """The code of a letter."""

    code = forms.CharField(
        label=_("Code of the letter"),
        max_length=20,
        help_text=_("Eight letters and numbers, such as K7M2-PX4R."),
        widget=forms.TextInput(
            {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class TaxForm(forms.Form):
    """What stands on the tax bill."""

    account = forms.CharField(
        label=_("Account number"),
        max_length=40,
        help_text=_("As it stands on the bill: numbers, perhaps letters."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    amount = forms.CharField(
        label=_("Amount of the year"),
        max_length=20,
        help_text=_("The whole amount of the bill, such as 2345.67."),
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "decimal"}),
    )

    def clean_account(self) -> str:
        """Return the number as it is compared."""
        try:
            return taxes.account_of(self.cleaned_data["account"])
        except taxes.Unreadable:
            raise forms.ValidationError(_("This is not an account number. Copy it from the bill."))

    def clean_amount(self) -> int:
        """Return the amount in cents."""
        try:
            return taxes.cents_of(self.cleaned_data["amount"])
        except taxes.Unreadable:
            raise forms.ValidationError(_("Write the amount in numbers, such as 2345.67."))


class MoveForm(AddressForm):
    """Where one moves to."""

    hide_optional = True
    field_order = ("town", "address")

    town = forms.ModelChoiceField(
        label=_("Municipality"), queryset=Territory.objects.none(), required=False, to_field_name="slug"
    )

    def __init__(self, *args: Any, here: Territory, towns: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["town"]
        field.queryset = towns  # type: ignore[attr-defined]  # a field of rows
        field.empty_label = str(_("Elsewhere"))  # type: ignore[attr-defined]
        self.fields["address"].required = False
        self.initial.setdefault("town", here.slug)

    def clean(self) -> dict[str, Any]:
        """Ask for the address where it can be used."""
        said = super().clean() or self.cleaned_data
        if said.get("town") is not None and not said.get("address"):
            self.add_error("address", _("Write the address where you live."))
        return said


class SeenForm(forms.Form):
    """Which documents were shown."""

    seen = forms.MultipleChoiceField(
        label=_("Seen at the counter"),
        choices=[(code, DOCUMENT_LABELS[code]) for code in DOCUMENTS],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Look at it and give it back: nothing is copied or kept."),
        error_messages={"required": _("Say which document you have seen.")},
    )


class EndForm(forms.Form):
    """Why a residency ends."""

    because = forms.ChoiceField(
        label=_("Why it ends"),
        choices=[choice for choice in Ending.choices if choice[0] not in {Ending.ERASED, Ending.WITHDRAWN}],
        widget=forms.RadioSelect,
    )
