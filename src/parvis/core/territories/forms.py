"""What staff fill in to tie their territory to another."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.core.tenancy.models import Territory

from . import queries
from .models import Kind


class _Name(forms.ModelChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Territory.objects.none(), empty_label=None, **kwargs)


class JoinForm(forms.Form):
    """Which body we belong to."""

    prefix = "join"
    body = _Name(label=_("Regional body or alliance"))

    def __init__(self, *args: Any, territory: Territory, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = queries.bodies_to_join(territory.pk)  # type: ignore[attr-defined]


class DelegateForm(forms.Form):
    """Which service somebody else's staff do for us."""

    prefix = "delegate"
    service = forms.ChoiceField(label=_("Service"))
    to = _Name(label=_("Whose staff work on it"))

    def __init__(self, *args: Any, territory: Territory, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = queries.others(territory.pk)  # type: ignore[attr-defined]
        self.fields["service"].choices = queries.services_to_delegate()  # type: ignore[attr-defined]


class PublishForm(forms.Form):
    """Which kind of our things others may show."""

    kind = forms.ChoiceField(choices=Kind.choices)


class AcceptForm(PublishForm):
    """What of another territory our portal shows."""

    publisher = _Name()

    def __init__(self, *args: Any, territory: Territory, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["publisher"].queryset = queries.belonging_with(territory.pk)  # type: ignore[attr-defined]
