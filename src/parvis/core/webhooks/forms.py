"""What staff say to subscribe a machine."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .queries import events_offered


class SubscriptionForm(forms.Form):
    """Whose machine, where it listens, what it is told."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Whose machine it is, for your colleagues."))
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=forms.TextInput({"type": "url", "inputmode": "url", "placeholder": "https://"}),
        help_text=_("The https address that its developer gave you."),
    )
    events = forms.MultipleChoiceField(label=_("What it is told"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["events"].choices = [  # type: ignore[attr-defined]
            (module.label, [(entry.event, entry.label) for entry in told]) for module, told in events_offered()
        ]
