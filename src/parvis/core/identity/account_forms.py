"""Sign-up and sign-in, as short as they can be."""

from typing import Any

from allauth.account.forms import LoginForm, SignupForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .models import Account, Language


def _plain(form: forms.Form) -> None:
    """Labels say what is asked; a placeholder that repeats them vanishes when one types."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class SignInForm(LoginForm):
    """E-mail and password; without a password, a code is sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.fields["login"].label = _("E-mail")
        password = self.fields["password"]
        password.required, password.help_text = False, _("Leave it empty to receive a code by e-mail.")
        self.fields["remember"].label = _("Stay signed in on this device")
        self.hide_optional = True


class SignUpForm(SignupForm):
    """Name, e-mail, language; a password only for those who want one."""

    field_order = ["name", "email", "password1", "language"]

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        help_text=_("As the town hall should write to you."),
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=_("Language of our messages"), choices=Language.choices, widget=forms.RadioSelect({"data-look": "chips"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.fields["email"].label = _("E-mail")
        self.fields["email"].help_text = _("We send a link there to confirm that it is yours.")
        password = self.fields["password1"]
        password.label = _("Password")
        password.help_text = _("Ten characters or more. Leave it empty to sign in with a code by e-mail each time.")
        self.fields["language"].initial = (get_language() or "fr")[:2]

    def signup(self, request: HttpRequest, user: Account) -> None:
        """Nothing more: the adapter wrote name and language with the person."""
