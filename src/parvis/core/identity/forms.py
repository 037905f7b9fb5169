"""What people say of themselves."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.core.geo.models import District
from parvis.core.registry.registry import registry
from parvis.lib.phone import InvalidPhone, parse

from .models import Language, MemberRole, Organisation, Person, Role, Team


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


class OrganisationForm(forms.ModelForm):  # type: ignore[type-arg]
    """What an organisation says of itself."""

    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")

    class Meta:
        model = Organisation
        fields = ["name", "kind", "description", "email", "phone", "website", "invoice_address", "is_shared"]
        widgets = {
            "description": forms.Textarea({"rows": 4}),
            "invoice_address": forms.Textarea({"rows": 3}),
            "phone": forms.TextInput({"type": "tel"}),
        }
        help_texts = {"description": _("Shown on its page."), "invoice_address": _("Seen by the town only.")}


class PartnerForm(OrganisationForm):
    """A body without members, written down by staff: it is reached by e-mail."""

    email = forms.EmailField(label=_("E-mail"), help_text=_("What is handed to it is sent there, with a secret link."))


class InvitationForm(forms.Form):
    """Whom to invite, and for what."""

    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("Role"), choices=MemberRole.choices, initial=MemberRole.MEMBER)


class PersonForm(ProfileForm):
    """Somebody at the counter or on the telephone."""

    class Meta(ProfileForm.Meta):
        fields = ["name", "email", "phone", "address", "language"]
        labels = {**ProfileForm.Meta.labels, "name": _("Name"), "email": _("E-mail")}


class AssignmentForm(forms.Form):
    """Who gets which role, in which team or district only, until when."""

    email = forms.EmailField(label=_("E-mail of their account"))
    role = forms.ModelChoiceField(label=_("Role"), queryset=Role.objects.none(), empty_label="—")
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), required=False, empty_label=_("None in particular")
    )
    district = forms.ModelChoiceField(
        label=_("Only in this district"),
        queryset=District.objects.none(),
        required=False,
        empty_label=_("Everywhere"),
    )
    ends_at = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput({"type": "date"}), help_text=_("Empty: until told.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].queryset = Role.objects.all()  # type: ignore[attr-defined]
        self.fields["team"].queryset = Team.objects.all()  # type: ignore[attr-defined]
        self.fields["district"].queryset = District.objects.all()  # type: ignore[attr-defined]


class TeamForm(forms.Form):
    """A team's name, and where its work is announced."""

    name = forms.CharField(label=_("Name"), max_length=80)
    email = forms.EmailField(label=_("E-mail"), required=False)


class RoleForm(forms.Form):
    """A role of the territory's own."""

    name = forms.CharField(label=_("Name"), max_length=80)
    permissions = forms.MultipleChoiceField(label=_("What it may do"), widget=forms.CheckboxSelectMultiple())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["permissions"].choices = [  # type: ignore[attr-defined]
            (module.label, list(module.permission_labels.items())) for module in registry() if module.permission_labels
        ]
