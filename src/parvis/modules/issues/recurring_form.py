"""The form of works that come back."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from parvis.core.identity.models import Team
from parvis.modules.issues.models import WEEKDAYS, RecurringWork

CHIPS = forms.CheckboxSelectMultiple(attrs={"data-look": "chips"})
DATE = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class RecurringForm(forms.ModelForm):  # type: ignore[type-arg]
    """What, where, and how it repeats."""

    hide_optional = True

    weekdays = forms.TypedMultipleChoiceField(
        label=_("On these days"), required=False, coerce=int, choices=WEEKDAYS, widget=CHIPS
    )
    months = forms.TypedMultipleChoiceField(
        label=_("In these months"), required=False, coerce=int, choices=list(MONTHS.items()), widget=CHIPS
    )

    class Meta:
        model = RecurringWork
        fields = (
            "title_fr",
            "title_en",
            "title_es",
            "text_fr",
            "text_en",
            "text_es",
            "place_fr",
            "place_en",
            "place_es",
            "team",
            "starts_on",
            "days",
            "every",
            "unit",
            "weekdays",
            "nth",
            "months",
            "until",
            "is_public",
        )
        widgets = {"starts_on": DATE, "until": DATE}
        labels = {"unit": _("weeks, months or years"), "team": _("Team")}
        help_texts = {
            "starts_on": _("It moves to the first day that answers to what you choose below."),
            "until": _("Empty: until you take it out."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams: Any = self.fields["team"]
        teams.queryset, teams.empty_label = Team.objects.order_by("name"), "—"
        for name in ("days", "every"):
            self.fields[name].widget.attrs |= {"min": 1, "max": 60}
            self.fields[name].min_value, self.fields[name].max_value = 1, 60  # type: ignore[attr-defined]

    def coming(self) -> list[Any]:
        """Return the next times as the form stands, each with whether it takes place; empty while it makes no sense."""
        work = self.instance
        if self.is_bound and (not self.is_valid() or not work.starts_on):
            return []
        if not work.starts_on or not 1 <= (work.every or 0) <= 60 or (work.nth and not work.weekdays):
            return []
        return work.coming(max(work.starts_on, timezone.localdate()))
