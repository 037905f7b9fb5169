"""What comes in from people."""

from datetime import datetime, time, tzinfo
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from parvis.core.geo import queries as places
from parvis.core.geo.canvas import View
from parvis.core.geo.drawing import SIZE, village_window
from parvis.core.geo.queries import Found, Match
from parvis.core.tenancy.models import Territory
from parvis.core.ui.forms import PhotosInput, PlaceField

from . import queries
from .models import Category, Question
from .operations import MOST_LETTERS
from .question_fields import AsksQuestions


class PhotosField(forms.FileField):
    """Several photos as a list of uploads; what they are is checked by content in the operation."""

    widget = PhotosInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Clean each file."""
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(PhotosField, self).clean(file, initial) for file in files if file]


class CategoryField(forms.ModelChoiceField):
    """One of the territory's categories, shown in the reader's language."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Category.objects.none(), to_field_name="slug", **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        """Show the name in the reader's language."""
        return obj.label


class ReportForm(AsksQuestions, forms.Form):
    """A problem: what, where, a photo, and how to be told when nobody is signed in.

    Without JavaScript the place is an address in words: it is looked up, and `place_choice` asks when several answer.
    """

    description = forms.CharField(
        label=_("What is wrong?"),
        required=False,
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A few words. Staff read them; everyone else sees only the kind and the place."),
    )
    category = CategoryField(
        label=_("Kind of problem"),
        widget=forms.RadioSelect(attrs={"data-look": "tiles"}),
        empty_label=None,
        error_messages={"required": _("Say what kind of problem it is.")},
    )
    place = PlaceField(label=_("Where is it?"))
    photos = PhotosField(label=_("Photo"), required=False)
    name = forms.CharField(label=_("Your name"), required=False, max_length=120)
    email = forms.EmailField(label=_("Your e-mail, to be told"), required=False)
    phone = forms.CharField(label=_("Your telephone"), required=False, max_length=30)

    def __init__(self, *args: Any, territory: Territory, signed_in: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.territory = territory
        self.candidates: list[Found] = []
        self.fields["category"].queryset = queries.categories()  # type: ignore[attr-defined]
        box = View.over(village_window(territory), *SIZE).box  # what the picture really shows: a tap on it is a place
        around = f"?lat={territory.lat}&lon={territory.lon}&reach=900" if territory.lat is not None else ""
        self.fields["place"].widget.show(  # type: ignore[attr-defined]
            search=reverse("geo:addresses"),
            nearest=reverse("geo:nearest"),
            map=reverse("geo:tilejson"),
            bounds=f"{box.west},{box.south},{box.east},{box.north}",
            centre=f"{territory.lon},{territory.lat}" if territory.lon is not None else "",
            preview=reverse("geo:preview") + around,
        )
        if signed_in:
            for name in ("name", "email", "phone"):
                del self.fields[name]
        self.ask(self._questions())

    def _questions(self) -> list[Question]:
        chosen = self.data.get("category") or self.initial.get("category") or ""
        category = queries.categories().filter(slug=str(chosen)[:50]).first() if chosen else None
        return list(queries.questions_of(category)) if category else []

    def clean_place(self) -> dict[str, Any]:
        """Find the point of an address written in words; keep the candidates when several answer."""
        place = self.cleaned_data["place"]
        if place["lat"] is not None:
            return place
        found = places.search_addresses(self.territory, place["address"], limit=6)
        if not found:
            raise forms.ValidationError(_("We do not know this address. Write it otherwise, or name a place nearby."))
        chosen = self.data.get("place_choice", "")
        picked = next((item for item in found if item.label == chosen), None)
        if picked is None and (found[0].match is Match.EXACT or len(found) == 1):
            picked = found[0]
        if picked is None:
            self.candidates = found
            raise forms.ValidationError(_("Several places answer to this. Choose one."))
        return {**place, "lat": picked.lat, "lon": picked.lon, "address": picked.label}


class FilterForm(forms.Form):
    """Filters of the public list."""

    hide_optional = True

    status = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), ("open", _("To be done")), ("ended", _("Ended"))],
    )
    category = CategoryField(label=_("Kind of problem"), required=False, empty_label=_("All"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = queries.categories()  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """What staff answer when they close a report."""

    answer = forms.CharField(
        label=_("Answer to the reporter"), widget=forms.Textarea(attrs={"rows": 4}), max_length=MOST_LETTERS
    )
    photos = PhotosField(label=_("Photo of the work"), required=False)


class PlanForm(forms.Form):
    """The day of the work, or the first and the last one; nothing when it is not known yet."""

    hide_optional = True

    starts_at = forms.DateField(
        label=_("First day of the work"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    ends_at = forms.DateField(label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def moments(self, zone: tzinfo) -> dict[str, datetime | None]:
        """Return each day as its midnight in a zone, by field."""
        days = {name: self.cleaned_data.get(name) for name in ("starts_at", "ends_at")}
        return {name: datetime.combine(day, time.min, zone) if day else None for name, day in days.items()}


class CategoryForm(forms.ModelForm):  # type: ignore[type-arg]
    """A category, in three languages."""

    class Meta:
        model = Category
        fields = (
            "label_fr",
            "label_en",
            "label_es",
            "keywords",
            "promised_days",
            "team",
            "order",
            "is_active",
        )
        labels = {"team": _("Team"), "order": _("Place in the list"), "is_active": _("Offered to residents")}
        help_texts = {
            "keywords": _("Separated by commas: the search knows them."),
            "order": _("The smallest number comes first."),
        }

    def clean_label_fr(self) -> str:
        """Give a new category its address, from its name; refuse a name whose address is taken."""
        name = self.cleaned_data["label_fr"]
        if not self.instance.slug:
            slug = slugify(name)[:50]
            if not slug or Category.objects.filter(slug=slug).exists():
                raise forms.ValidationError(_("Another category has this name."))
            self.instance.slug = slug
        return name
