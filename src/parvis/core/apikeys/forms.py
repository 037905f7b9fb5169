"""What is said to get a key."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from parvis.core.identity.models import Organisation

from .queries import scopes_offered


class AskForm(forms.Form):
    """A program, what it is for, what it opens; for oneself or for an organisation one manages."""

    name = forms.CharField(label=_("Name of the program"), max_length=80)
    purpose = forms.CharField(
        label=_("What it is for"),
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("What it does with what it reads or sends, and for whom."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What the key opens"), widget=forms.CheckboxSelectMultiple, help_text=_("No more than it needs.")
    )
    organisation = forms.ModelChoiceField(
        label=_("For"), queryset=Organisation.objects.none(), required=False, empty_label=_("Myself")
    )

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(scope.code, scope.label) for scope in scopes_offered()]
        self.fields["scopes"].choices = offered  # type: ignore[attr-defined]  # a field of choices
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]  # of a model's rows
        if not organisations.exists():
            del self.fields["organisation"]


class MakeForm(AskForm):
    """A key that staff make for an application."""

    email = forms.EmailField(
        label=_("E-mail of who keeps the program"), required=False, help_text=_("Told before the key runs out.")
    )
    per_minute = forms.IntegerField(label=_("Requests a minute"), min_value=1, max_value=6000)
    expires_on = forms.DateField(
        label=_("Opens the door until"), required=False, widget=forms.DateInput({"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "organisation" in self.fields:
            self.fields["organisation"].empty_label = _("No organisation")  # type: ignore[attr-defined]  # likewise
