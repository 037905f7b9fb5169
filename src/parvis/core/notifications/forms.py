"""What comes in from the preference centre."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parvis.core.geo.models import District
from parvis.core.identity.models import Language
from parvis.core.ui.forms import PlaceField

from .models import INBOX, Channel, Preset, Rhythm
from .preferences import Standing

PRESETS = {
    Preset.CALM: (
        _("Calm"),
        _("What concerns you comes at once by e-mail. Nothing else, nothing rings at night. Right for most people."),
    ),
    Preset.INFORMED: (
        _("Well informed"),
        _("The same, and the news of your town once a day, gathered in one e-mail."),
    ),
    Preset.QUIET: (
        _("Only when I come"),
        _("We send nothing. Everything waits for you in your messages here."),
    ),
}
RADII = ((500, _("500 m around")), (1000, _("1 km around")), (3000, _("3 km around")), (10_000, _("10 km around")))


class PresetForm(forms.Form):
    """One of three ways, and the language."""

    preset = forms.ChoiceField(
        label=_("How we tell you"),
        choices=[(value, label) for value, (label, _hint) in PRESETS.items()],
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(label=_("In which language"), choices=Language.choices)


class DetailForm(forms.Form):
    """The rhythm of each topic by each channel, and the hours in which nothing rings."""

    quiet_from = forms.TimeField(
        label=_("Nothing rings from"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    quiet_until = forms.TimeField(
        label=_("until"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )

    def __init__(self, *args: Any, standing: Standing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hide_optional = True
        begin, end = standing.quiet or (None, None)
        self.initial.update({"quiet_from": begin, "quiet_until": end})
        self.standing = standing
        for line in standing.lines:
            for channel in standing.channels:
                self.fields[name_of(line.topic.name, channel)] = forms.ChoiceField(
                    label=f"{line.topic.label} : {Channel(channel).label}",
                    choices=rhythms_for(channel),
                    initial=line.rhythms[channel],
                    required=False,
                )

    @property
    def rows(self) -> list[tuple[Any, list[tuple[str, Any]]]]:
        """Each topic with a field a channel, as the table shows them."""
        return [
            (
                line.topic,
                [(str(Channel(name).label), self[name_of(line.topic.name, name)]) for name in self.standing.channels],
            )
            for line in self.standing.lines
        ]

    @property
    def headers(self) -> list[str]:
        """The heads of the table's columns."""
        return [str(_("Topic")), *(str(Channel(name).label) for name in self.standing.channels)]

    @property
    def rhythms(self) -> dict[tuple[str, str], str]:
        """What was chosen, by topic and channel; what was not sent is left alone."""
        return {
            (line.topic.name, channel): self.cleaned_data[name_of(line.topic.name, channel)]
            for line in self.standing.lines
            for channel in self.standing.channels
            if self.cleaned_data.get(name_of(line.topic.name, channel))
        }


def name_of(topic: str, channel: str) -> str:
    """Return the name of the field of a topic by a channel."""
    return f"{topic}:{channel}"


def rhythms_for(channel: str) -> list[tuple[str, Any]]:
    """Return the rhythms a channel can have: one's messages here are not gathered, they are there."""
    return [
        (value, label)
        for value, label in Rhythm.choices
        if channel != INBOX or value in {Rhythm.NOW.value, Rhythm.NEVER.value}
    ]


class PlaceForm(forms.Form):
    """A place of interest: a district, or what lies around an address."""

    district = forms.ModelChoiceField(
        label=_("District"), queryset=District.objects.none(), required=False, empty_label=_("None: around an address")
    )
    place = PlaceField(label=_("Around an address"), required=False)
    radius = forms.TypedChoiceField(label=_("How far"), choices=RADII, coerce=int, initial=1000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place: Any = self.fields["place"].widget
        place.show(search=reverse("geo:addresses"), nearest=reverse("geo:nearest"))
        field: Any = self.fields["district"]
        field.queryset = District.objects.defer("polygon")
        if not field.queryset.exists():
            del self.fields["district"]
