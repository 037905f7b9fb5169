"""What comes in from people and from the privacy officer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.lib.actor import Channel

from .models import MANDATORY, Assessment, Incident, IncidentKind, Level, Policy, RequestKind, Residual

LINES = 4
ERASURE = "erasure"


class AskForm(forms.Form):
    """What somebody asks about their data."""

    kind = forms.ChoiceField(
        label=_("What you ask"),
        choices=[choice for choice in RequestKind.choices if choice[0] in {"correction", "complaint"}],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("In your words"),
        max_length=4000,
        help_text=_("What is wrong, and what it should be; where you saw it, if you remember."),
        widget=forms.Textarea({"rows": LINES}),
    )


class NoteForm(forms.Form):
    """What somebody asks at the counter, by telephone or by mail; erasure is asked the same way."""

    kind = forms.ChoiceField(
        label=_("What the person asks"),
        choices=[*(choice for choice in RequestKind.choices if choice[0] != "review"), (ERASURE, _("Erase my file"))],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("In their words"), max_length=4000, required=False, widget=forms.Textarea({"rows": LINES})
    )
    channel = forms.ChoiceField(
        label=_("How they asked"),
        choices=[
            (Channel.COUNTER.value, _("At the counter")),
            (Channel.PHONE.value, _("By telephone")),
            (Channel.MAIL.value, _("By mail")),
        ],
        widget=forms.RadioSelect,
        initial=Channel.COUNTER.value,
    )


class AnswerForm(forms.Form):
    """The officer's answer."""

    answer = forms.CharField(
        label=_("Answer, which the person reads"), max_length=4000, widget=forms.Textarea({"rows": LINES})
    )


class IncidentForm(forms.ModelForm):
    """What is known of an incident."""

    class Meta:
        model = Incident
        fields = [
            "noticed_at",
            "kind",
            "circumstances",
            "data_involved",
            "people_count",
            "began_on",
            "ended_on",
            "measures",
        ]
        labels = {
            "noticed_at": _("Noticed on"),
            "kind": _("What happened"),
            "circumstances": _("In which circumstances"),
            "data_involved": _("Which data are concerned"),
            "people_count": _("How many people, about"),
            "began_on": _("It began on"),
            "ended_on": _("It ended on"),
            "measures": _("What is done about it, and against the next one"),
        }
        help_texts = {
            "circumstances": _("What happened and why, as far as it is known. Name nobody."),
            "data_involved": _("Kinds of data, such as names, addresses, health; not the data themselves."),
        }
        widgets = {
            "noticed_at": forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            "kind": forms.RadioSelect,
            "circumstances": forms.Textarea({"rows": LINES}),
            "data_involved": forms.Textarea({"rows": 2}),
            "measures": forms.Textarea({"rows": LINES}),
            "began_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            "ended_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = IncidentKind.choices  # type: ignore[attr-defined]


class AssessForm(forms.Form):
    """The law's three criteria, the conclusion, the reasons."""

    sensitivity = forms.TypedChoiceField(
        label=_("How sensitive the data are"),
        help_text=_("Health, money, identity numbers, children: high."),
        choices=Level.choices,
        coerce=int,
        widget=forms.RadioSelect({"data-look": "chips"}),
    )
    consequences = forms.TypedChoiceField(
        label=_("What their use could do to the people"),
        help_text=_("Fraud, violence, loss of work, humiliation: high."),
        choices=Level.choices,
        coerce=int,
        widget=forms.RadioSelect({"data-look": "chips"}),
    )
    likelihood = forms.TypedChoiceField(
        label=_("How likely a harmful use is"),
        help_text=_("Stolen, or in unknown hands: high. Got back unread from a colleague: low."),
        choices=Level.choices,
        coerce=int,
        widget=forms.RadioSelect({"data-look": "chips"}),
    )
    is_serious = forms.TypedChoiceField(
        label=_("Your conclusion"),
        choices=[("1", _("There is a risk of serious injury")), ("0", _("There is no such risk"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    reasons = forms.CharField(label=_("Why"), max_length=4000, widget=forms.Textarea({"rows": LINES}))


class UntoldForm(forms.Form):
    """Why the people concerned are not told yet."""

    why_not = forms.CharField(max_length=2000)


class AssessmentForm(forms.ModelForm):
    """The assessment of a module; a draft may lack anything."""

    class Meta:
        model = Assessment
        fields = ["necessity", "risks", "measures", "outside", "residual", "review_on"]
        widgets = {
            **{name: forms.Textarea({"rows": LINES}) for name in ("necessity", "risks", "measures", "outside")},
            "residual": forms.RadioSelect({"data-look": "chips"}),
            "review_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        }

    hide_optional = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["residual"].choices = Residual.choices  # type: ignore[attr-defined]


class PolicyForm(forms.ModelForm):
    """The words of the policy; a draft may lack anything."""

    class Meta:
        model = Policy
        fields = list(MANDATORY)
        widgets = {name: forms.Textarea({"rows": LINES}) for name in MANDATORY if name != "officer_title"}
        help_texts = {
            "officer_contact": _("Address, telephone, e-mail."),
            "sharing": _("Such as a supplier that hosts the portal; «nobody» is an answer too."),
            "complaints": _("To whom, within how many days one is answered, and that the Commission can be asked."),
        }

    hide_optional = True
