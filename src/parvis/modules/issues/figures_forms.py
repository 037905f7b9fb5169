"""What the figures are asked: which months, which kind, team and district."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.core.geo.models import District
from parvis.core.identity.models import Team

from .forms import CategoryField
from .models import Category
from .queries.kept import Asked, last_months

MONTHS = (("12", _("12 months")), ("3", _("3 months")), ("24", _("24 months")), ("60", _("5 years")))


class FiguresForm(forms.Form):
    """The questions above the figures; every one may stay empty."""

    months = forms.ChoiceField(label=_("Period"), required=False, choices=MONTHS)
    category = CategoryField(label=_("Kind of problem"), required=False, empty_label=_("All"))
    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), required=False, empty_label=_("All"))
    district = forms.ModelChoiceField(
        District.objects.none(), label=_("District"), required=False, empty_label=_("All")
    )

    def __init__(self, *args: Any, districts: frozenset[UUID] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.districts = districts
        here = District.objects.order_by("name").defer("polygon")
        self._offer("category", Category.objects.all())
        self._offer("team", Team.objects.all())
        self._offer("district", here if districts is None else here.filter(pk__in=sorted(districts)))
        self.hide_optional = True

    def _offer(self, name: str, rows: Any) -> None:
        field: Any = self.fields[name]
        field.queryset = rows

    def asked(self, now: datetime) -> Asked:
        """Return the question; what cannot be understood is left out."""
        self.is_valid()
        said = self.cleaned_data
        chosen = {f"{name}_id": said[name].pk for name in ("category", "team", "district") if said.get(name)}
        return last_months(now, int(said.get("months") or 12), districts=self.districts, **chosen)
