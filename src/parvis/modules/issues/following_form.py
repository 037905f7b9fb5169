"""How somebody without an account asks to follow a report."""

from django import forms
from django.utils.translation import gettext_lazy as _


class FollowForm(forms.Form):
    """The address to tell."""

    email = forms.EmailField(
        label=_("Your e-mail, to be told"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("We send a link first: nothing more comes until you press it."),
    )
