"""The form of one rule."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.core.assets.models import AssetKind
from parvis.core.geo.models import District
from parvis.core.identity.models import Assignment, Person, Team
from parvis.modules.issues import queries
from parvis.modules.issues.models import WEEKDAYS, RoutingRule

HOURS = [("", "—"), *((str(hour), f"{hour} h") for hour in range(24))]


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """When a report fits, and where it goes then; an empty condition asks nothing."""

    hide_optional = True

    district_id = forms.TypedChoiceField(
        label=_("In the district"), required=False, coerce=UUID, empty_value=None, choices=()
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On these days"),
        required=False,
        coerce=int,
        choices=WEEKDAYS,
        widget=forms.CheckboxSelectMultiple(attrs={"data-look": "chips"}),
    )
    from_hour = forms.TypedChoiceField(label=_("From"), required=False, coerce=int, empty_value=None, choices=HOURS)
    to_hour = forms.TypedChoiceField(
        label=_("Until"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=HOURS,
        help_text=_("From 17 h until 8 h goes over the night."),
    )
    assignee_id = forms.TypedChoiceField(
        label=_("To this colleague, too"), required=False, coerce=UUID, empty_value=None, choices=()
    )

    class Meta:
        model = RoutingRule
        fields = (
            "name",
            "category",
            "district_id",
            "asset_kind",
            "words",
            "weekdays",
            "from_hour",
            "to_hour",
            "team",
            "assignee_id",
            "promised_days",
        )
        labels = {
            "category": _("Of the kind"),
            "asset_kind": _("About a"),
            "words": _("With one of these words"),
            "team": _("It goes to the team"),
            "promised_days": _("Promised delay, in working days"),
        }
        help_texts = {
            "words": _("Separated by commas. The beginning of a word is enough; accents and capitals do not count."),
            "promised_days": _("Empty: what the category promises."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["category"].queryset, fields["category"].empty_label = queries.categories(), _("Any kind")
        fields["team"].queryset, fields["team"].empty_label = Team.objects.all(), None
        fields["asset_kind"].choices = [("", "—"), *AssetKind.choices]
        districts = District.objects.order_by("name").values_list("pk", "name")
        fields["district_id"].choices = [("", _("Anywhere")), *((str(pk), name) for pk, name in districts)]
        staff = Person.objects.filter(pk__in=Assignment.objects.filter(ends_at=None).values("person_id"))
        people = staff.order_by("name").values_list("pk", "name")
        fields["assignee_id"].choices = [("", _("Nobody in particular")), *((str(pk), name) for pk, name in people)]
        fields["promised_days"].max_value = 365

    def validate_constraints(self) -> None:
        """Leave the constraints to the operation, which says what to do."""
