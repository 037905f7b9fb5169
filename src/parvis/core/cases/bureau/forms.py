"""What the work list is asked."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.core.cases.kinds import kind_of, kinds_in_use
from parvis.core.cases.queries import WorkFilter
from parvis.core.geo.models import District
from parvis.core.identity.models import Person, Team
from parvis.lib.actor import Actor

VIEWS = {
    "open": {},
    "mine": {},
    "unassigned": {"unassigned": True},
    "late": {"late": True},
    "due_soon": {"due_soon": True},
    "awaiting": {"awaiting": True},
}


class WorkFilterForm(forms.Form):
    """The questions beside the list; every one may stay empty."""

    q = forms.CharField(label=_("Words or code"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("open", _("Not finished")),
            ("received", _("Received")),
            ("waiting", _("Waiting")),
            ("closed", _("Closed")),
            ("merged", _("Merged")),
            ("all", _("All")),
        ],
    )
    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), required=False, empty_label=_("All"))
    district = forms.ModelChoiceField(
        District.objects.none(), label=_("District"), required=False, empty_label=_("All")
    )
    view = forms.ChoiceField(required=False, choices=[(name, name) for name in VIEWS], widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind.name, kind.label) for kind in kinds_in_use()]
        asked = self.data.get("kind")
        if asked and asked not in dict(kinds):
            kinds.append((asked, kind_of(asked).label))
        self.fields["kind"].choices = [("", _("All")), *kinds]
        self.fields["team"].queryset = Team.objects.all()
        self.fields["district"].queryset = District.objects.order_by("name")
        self.hide_optional = True

    def wanted(self, actor: Actor) -> WorkFilter:
        """Return the question for the list; what cannot be understood is left out."""
        self.is_valid()
        said = getattr(self, "cleaned_data", {})
        view = said.get("view") or "open"
        return WorkFilter(
            kind=said.get("kind") or "",
            state=said.get("state") or "open",
            team_id=_pk(said.get("team")),
            district_id=_pk(said.get("district")),
            assignee_id=actor.person_id if view == "mine" else None,
            text=said.get("q") or "",
            **VIEWS[view],
        )

    def kept(self) -> dict[str, str]:
        """Return what a saved filter keeps: the values as they stand in the address."""
        return {name: str(self.data[name]) for name in self.fields if self.data.get(name)}


def _pk(row: Any) -> UUID | None:
    return row.pk if row is not None else None


class CallerForm(forms.Form):
    """Somebody new on the telephone or at the counter."""

    name = forms.CharField(label=_("Name"), max_length=120)
    phone = forms.CharField(label=_("Telephone"), required=False, max_length=40)
    email = forms.EmailField(label=_("E-mail"), required=False)
    address = forms.CharField(label=_("Address"), required=False, max_length=200)
    language = forms.ChoiceField(
        label=_("Language"), choices=Person._meta.get_field("language").choices, required=False
    )
