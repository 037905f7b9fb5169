"""Forms of the settings screens."""

import types
from collections.abc import Iterable
from dataclasses import Field, fields
from datetime import date, time
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.core.registry.module import Module
from parvis.core.tenancy.models import Territory


class PlaceForm(forms.ModelForm):
    """Colour and contact details of a territory. The contrast is checked by the operation that saves it."""

    website = forms.URLField(
        label=_("Website"),
        help_text=_("The town hall's own, if it has another one. It stands at the foot of each page."),
        max_length=200,
        required=False,
        assume_scheme="https",
    )

    class Meta:
        model = Territory
        fields = ["phone", "email", "address", "opening_hours", "website", "brand"]
        widgets = {"brand": forms.TextInput(attrs={"type": "color"})}
        labels = {
            "phone": _("Telephone"),
            "email": _("E-mail"),
            "address": _("Address of the town hall"),
            "opening_hours": _("Opening hours"),
            "brand": _("Colour"),
        }
        help_texts = {
            "opening_hours": _("As people say it: Monday to Friday, 8:30 to 16:30."),
            "brand": _("For buttons and headings. It must be dark enough to be read by everyone."),
        }

    def _post_clean(self) -> None:
        """Leave the instance alone: the operation changes it."""


class SwitchForm(forms.Form):
    """One tick for each module a territory may switch off."""

    def __init__(self, *args: Any, modules: Iterable[Module], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for module in modules:
            self.fields[module.name] = forms.BooleanField(
                label=module.label, help_text=module.description, required=False
            )


class Lines(forms.CharField):
    """Several texts, one a line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        """Show a list as lines."""
        return "\n".join(map(str, value)) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        """Read lines as a list."""
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]


def settings_form(kind: type) -> type[forms.Form]:
    """Make a form of a settings dataclass.

    A field's ``metadata`` may hold ``label``, ``help``, ``min``, ``max``, ``choices``; its type chooses the widget:
    bool, int, float, str, date, time, an Enum, or a list or tuple of texts (with ``choices``: several of them). Raises
    TypeError for any other type.
    """
    hints = get_type_hints(kind)
    made = {field.name: _form_field(field, hints[field.name]) for field in fields(kind)}
    return type(f"{kind.__name__}Form", (forms.Form,), made)


def _form_field(field: Field[Any], hint: Any) -> forms.Field:
    said = dict(field.metadata)
    optional = get_origin(hint) in {Union, types.UnionType} and type(None) in get_args(hint)
    if optional:
        hint = next(part for part in get_args(hint) if part is not type(None))
    common: dict[str, Any] = {
        "label": said.get("label", field.name.replace("_", " ").capitalize()),
        "help_text": said.get("help", ""),
        "required": not optional and hint is not bool and hint is not str,
    }
    if "choices" in said and get_origin(hint) in {list, tuple}:
        return forms.MultipleChoiceField(
            choices=said["choices"], widget=forms.CheckboxSelectMultiple, **{**common, "required": False}
        )
    if "choices" in said:
        return forms.TypedChoiceField(choices=said["choices"], coerce=hint, **common)
    if isinstance(hint, type) and issubclass(hint, Enum):
        choices = [(item.value, getattr(item, "label", item.name)) for item in hint]
        return forms.TypedChoiceField(choices=choices, coerce=hint, **common)
    limits = {name: said[key] for name, key in (("min_value", "min"), ("max_value", "max")) if key in said}
    if hint is bool:
        return forms.BooleanField(**common)
    if hint is int:
        return forms.IntegerField(**common, **limits)
    if hint is float:
        return forms.FloatField(**common, **limits)
    if hint is date:
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **common)
    if hint is time:
        return forms.TimeField(widget=forms.TimeInput(attrs={"type": "time"}), **common)
    if hint is str:
        return forms.CharField(max_length=said.get("max", 500), **common)
    if get_origin(hint) in {list, tuple}:
        return Lines(**{**common, "required": False})
    raise TypeError(f"{field.name}: {hint} has no form field; use a simple type.")
