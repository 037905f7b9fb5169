"""The forms of a category and of its questions, in three languages."""

from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parvis.core.assets.models import AssetKind
from parvis.core.identity.models import Team
from parvis.core.ui.icons import ICONS
from parvis.modules.issues import season
from parvis.modules.issues.models import LISTS, Category, Question

MONTHS = [
    (1, _("January")),
    (2, _("February")),
    (3, _("March")),
    (4, _("April")),
    (5, _("May")),
    (6, _("June")),
    (7, _("July")),
    (8, _("August")),
    (9, _("September")),
    (10, _("October")),
    (11, _("November")),
    (12, _("December")),
]
DAYS = [(day, str(day)) for day in range(1, 32)]
# The signs of the house that can stand for a problem in public space.
SIGNS = {
    "pin": pgettext_lazy("sign", "Pin"),
    "road": pgettext_lazy("sign", "Road"),
    "hole": pgettext_lazy("sign", "Hole"),
    "sign": pgettext_lazy("sign", "Road sign"),
    "card": pgettext_lazy("sign", "Card"),
    "walk": pgettext_lazy("sign", "On foot"),
    "bike": pgettext_lazy("sign", "Bicycle"),
    "car": pgettext_lazy("sign", "Car"),
    "bus": pgettext_lazy("sign", "Bus"),
    "lamp": pgettext_lazy("sign", "Street lamp"),
    "snow": pgettext_lazy("sign", "Snow"),
    "ice": pgettext_lazy("sign", "Ice"),
    "water": pgettext_lazy("sign", "Water"),
    "drop": pgettext_lazy("sign", "Leak"),
    "sewer": pgettext_lazy("sign", "Sewer"),
    "hydrant": pgettext_lazy("sign", "Hydrant"),
    "culvert": pgettext_lazy("sign", "Culvert"),
    "flood": pgettext_lazy("sign", "Flood"),
    "tree": pgettext_lazy("sign", "Tree"),
    "leaf": pgettext_lazy("sign", "Leaf"),
    "plant": pgettext_lazy("sign", "Plant"),
    "spray": pgettext_lazy("sign", "Graffiti"),
    "bin": pgettext_lazy("sign", "Bin"),
    "dump": pgettext_lazy("sign", "Dumped things"),
    "truck": pgettext_lazy("sign", "Truck"),
    "bench": pgettext_lazy("sign", "Bench"),
    "swing": pgettext_lazy("sign", "Swing"),
    "ball": pgettext_lazy("sign", "Ball"),
    "dog": pgettext_lazy("sign", "Dog"),
    "paw": pgettext_lazy("sign", "Animal"),
    "beaver": pgettext_lazy("sign", "Beaver"),
    "noise": pgettext_lazy("sign", "Noise"),
    "smell": pgettext_lazy("sign", "Smell"),
    "fire": pgettext_lazy("sign", "Fire"),
    "building": pgettext_lazy("sign", "Building"),
    "home": pgettext_lazy("sign", "House"),
    "tool": pgettext_lazy("sign", "Tool"),
    "gear": pgettext_lazy("sign", "Gear"),
    "alert": pgettext_lazy("sign", "Danger"),
    "info": pgettext_lazy("sign", "Information"),
    "camera": pgettext_lazy("sign", "Camera"),
    "map": pgettext_lazy("sign", "Map"),
    "star": pgettext_lazy("sign", "Star"),
}
PICTURES = {name: label for name, label in SIGNS.items() if name in ICONS}
LANGUAGES = ("fr", "en", "es")


class DayOfYear(forms.MultiWidget):
    """A day and a month, in two lists."""

    def __init__(self) -> None:
        blank = [("", "—")]
        days = forms.Select(choices=[*blank, *DAYS], attrs={"aria-label": _("Day")})
        months = forms.Select(choices=[*blank, *MONTHS], attrs={"aria-label": _("Month")})
        super().__init__([days, months])

    def decompress(self, value: int | None) -> list[int | None]:
        """Split ``MMDD``."""
        return [value % 100, value // 100] if value else [None, None]


class DayOfYearField(forms.MultiValueField):
    """A day of the year as ``MMDD``, or None."""

    def __init__(self, **kwargs: Any) -> None:
        numbers = (forms.TypedChoiceField(choices=DAYS, coerce=int), forms.TypedChoiceField(choices=MONTHS, coerce=int))
        super().__init__(numbers, widget=DayOfYear(), require_all_fields=False, required=False, **kwargs)

    def compress(self, data_list: list[Any]) -> int | None:
        """Put day and month together. Raises ValidationError for half a day, or one that does not exist."""
        if not data_list or not any(data_list):
            return None
        day, month = (*data_list, None, None)[:2]
        try:
            return season.number_of(int(month or 0), int(day or 0))
        except ValueError:
            raise forms.ValidationError(_("There is no such day.")) from None


class CategoryForm(forms.ModelForm):  # type: ignore[type-arg]
    """A kind of problem: what residents read, what staff promise, when it is taken in."""

    hide_optional = True

    icon = forms.ChoiceField(label=_("Sign"), widget=forms.RadioSelect)
    season_start = DayOfYearField(label=_("Offered from"))
    season_end = DayOfYearField(label=_("Until"), help_text=_("It may go over New Year. Empty: all year round."))
    asset_kinds = forms.MultipleChoiceField(
        label=_("About which things of the municipality"),
        required=False,
        choices=AssetKind.choices,
        widget=forms.CheckboxSelectMultiple(attrs={"data-look": "chips"}),
        help_text=_("The nearest ones are offered, so that the crew knows which lamp post it is."),
    )

    class Meta:
        model = Category
        fields = (
            *(f"{what}_{language}" for language in LANGUAGES for what in ("label", "help", "out")),
            "icon",
            "keywords",
            "promised_days",
            "warn_days",
            "team",
            "season_start",
            "season_end",
            "asset_kinds",
            "street_only",
            "order",
            "is_active",
            "for_residents",
        )
        labels = {"team": _("Team"), "order": _("Place in the list"), "is_active": _("Offered to residents")}
        help_texts = {
            "keywords": _("Separated by commas: the search knows them."),
            "warn_days": _("The team and whoever oversees the work are told once. Empty: nobody."),
            "order": _("The smallest number comes first."),
            "for_residents": _("Guests from elsewhere read this kind and cannot choose it; staff note it for anybody."),
        }
        widgets = {
            f"{what}_{language}": forms.Textarea(attrs={"rows": 2})
            for what in ("help", "out")
            for language in LANGUAGES
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        used = self.instance.icon or "pin"
        fields["icon"].choices = list(({used: PICTURES.get(used, used)} | PICTURES).items())
        fields["team"].queryset, fields["team"].empty_label = Team.objects.all(), "—"
        self.fields["warn_days"].required = False

    def clean_label_fr(self) -> str:
        """Give a new category its address, from its name; refuse a name whose address is taken."""
        name = self.cleaned_data["label_fr"]
        if not self.instance.slug:
            slug = slugify(name)[:50]
            if not slug or Category.objects.filter(slug=slug).exists():
                raise forms.ValidationError(_("Another category has this name."))
            self.instance.slug = slug
        return name

    def clean(self) -> dict[str, Any]:
        """Refuse half a season."""
        said = super().clean() or self.cleaned_data
        if (said.get("season_start") is None) != (said.get("season_end") is None):
            self.add_error("season_end", _("Give both days of the season, or neither."))
        return said

    def validate_constraints(self) -> None:
        """Half a season is said above, with its field."""


class QuestionForm(forms.ModelForm):  # type: ignore[type-arg]
    """A question; for a list, one answer a line, with its three languages between bars."""

    hide_optional = True

    answers = forms.CharField(
        label=_("Answers to choose from"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One a line, the languages between bars: Petit | Small | Pequeño"),
    )

    class Meta:
        model = Question
        fields = (
            *(f"{what}_{language}" for language in LANGUAGES for what in ("label", "help")),
            "kind",
            "answers",
            "is_required",
            "order",
            "is_active",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = [" | ".join(choice.get(code, "") for code in LANGUAGES) for choice in self.instance.choices]
        self.fields["answers"].initial = "\n".join(line.rstrip(" |") for line in lines)

    def clean_answers(self) -> list[dict[str, str]]:
        """Read the lines; an answer that was there keeps its key, whatever happens to its translations."""
        keys = {choice.get("fr"): choice["key"] for choice in self.instance.choices}
        found: list[dict[str, str]] = []
        for line in self.cleaned_data["answers"].splitlines():
            texts = [part.strip()[:200] for part in line.split("|")]
            if not texts[0]:
                continue
            key = keys.get(texts[0]) or slugify(texts[0])[:40] or str(len(found) + 1)
            found.append({"key": key, **dict(zip(LANGUAGES, [*texts, "", ""], strict=False))})
        return found

    def clean(self) -> dict[str, Any]:
        """Refuse a list without answers, beside the field."""
        said = super().clean() or self.cleaned_data
        if said.get("kind") in LISTS and len({row["key"] for row in said.get("answers", [])}) < 2:
            self.add_error("answers", _("Give at least two different answers to choose from."))
        return said

    def validate_constraints(self) -> None:
        """The operation keeps answers of lists only."""

    def kept(self) -> Question:
        """Return the question with its answers, and with its name for programs when it is new."""
        question: Question = self.save(commit=False)
        question.choices = self.cleaned_data["answers"]
        if not question.code:
            base = slugify(question.label_fr).replace("-", "_")[:36] or "question"
            taken = set(Question.objects.filter(category=question.category).values_list("code", flat=True))
            question.code = next(code for n in range(1000) if (code := f"{base}_{n}" if n else base) not in taken)
        return question
