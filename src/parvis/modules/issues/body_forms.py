"""The forms about other bodies' endpoints."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .forms import CategoryField
from .models import Category, Destination, Endpoint


class EndpointForm(forms.ModelForm):  # type: ignore[type-arg]
    """A body and its endpoint. The key is written, never shown again."""

    url = forms.URLField(
        label=_("Address of its Open311 endpoint"),
        max_length=300,
        assume_scheme="https",
        help_text=_("Without «services.json», such as https://api.city.gov/v2."),
    )
    api_key = forms.CharField(
        label=_("Our key there (api_key)"),
        required=False,
        max_length=300,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Left empty, the key we have stays."),
    )

    class Meta:
        model = Endpoint
        fields = ("name", "url", "jurisdiction_id", "api_key", "closes_here", "shares_words", "is_active")
        help_texts = {"jurisdiction_id": _("Where the endpoint serves several jurisdictions.")}


class DestinationForm(forms.Form):
    """Which kind goes to which service, and the answers that the service asks for with each report."""

    category = CategoryField(label=_("Kind of problem here"), empty_label="—")
    service_code = forms.ChoiceField(label=_("Service there"))
    is_automatic = forms.BooleanField(
        label=_("Pass on at once, without a clerk"),
        required=False,
        help_text=_("Otherwise a clerk decides on the page of each report."),
    )

    def __init__(self, *args: Any, endpoint: Endpoint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.endpoint = endpoint
        elsewhere = Destination.objects.exclude(endpoint=endpoint).values("category_id")
        kinds = Category.objects.filter(is_active=True).exclude(pk__in=elsewhere)
        self.fields["category"].queryset = kinds  # type: ignore[attr-defined]
        self.fields["service_code"].choices = [  # type: ignore[attr-defined]
            (row["service_code"], " · ".join(part for part in (row.get("group"), row["service_name"]) if part))
            for row in endpoint.services
        ]
        code = (self.data or self.initial).get("service_code", "")
        service = next((row for row in endpoint.services if row["service_code"] == code), None)
        self.asked = service["attributes"] if service else []
        for attribute in self.asked:
            self.fields[f"attribute_{attribute['code']}"] = _field_of(attribute)

    def chosen(self) -> dict[str, Any]:
        """Return what the operation needs."""
        said = self.cleaned_data
        return {
            "category": said["category"],
            "service_code": said["service_code"],
            "is_automatic": said["is_automatic"],
            "attributes": {row["code"]: said.get(f"attribute_{row['code']}") or "" for row in self.asked},
        }


def _field_of(attribute: dict[str, Any]) -> forms.Field:
    """Return the field for an attribute of a service; what the reporter answers under the same code goes first."""
    shared: dict[str, Any] = {"label": attribute["description"] or attribute["code"], "required": attribute["required"]}
    choices = [(value["key"], value["name"] or value["key"]) for value in attribute["values"]]
    if attribute["datatype"] == "multivaluelist":
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple(), **shared)
    if attribute["datatype"] == "singlevaluelist":
        return forms.ChoiceField(choices=[("", "—"), *choices], **shared)
    if attribute["datatype"] == "text":
        return forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), **shared)
    return forms.CharField(max_length=200, **shared)
