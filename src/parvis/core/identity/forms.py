"""What people say of themselves."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.lib.phone import InvalidPhone, parse

from .models import Language, Person


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """Name, telephone, address, language."""

    class Meta:
        model = Person
        fields = ["name", "phone", "address", "language"]
        widgets = {
            "name": forms.TextInput({"autocomplete": "name"}),
            "phone": forms.TextInput({"type": "tel", "autocomplete": "tel"}),
            "address": forms.TextInput({"autocomplete": "street-address"}),
            "language": forms.RadioSelect({"data-look": "chips"}),
        }
        labels = {
            "name": _("Your name"),
            "phone": _("Telephone"),
            "address": _("Address"),
            "language": _("Language of our messages"),
        }
        help_texts = {"address": _("Number and street.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].help_text = _("So that we can call you back.")
        self.fields["language"].choices = Language.choices  # type: ignore[attr-defined]

    def clean_phone(self) -> str:
        """Keep the number in E.164, however it was typed."""
        typed = self.cleaned_data["phone"]
        if not typed.strip():
            return ""
        try:
            return parse(typed)
        except InvalidPhone as error:
            raise forms.ValidationError(_("We do not recognise this number. For instance: 819 555-0142.")) from error
