"""What comes in from people."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, tzinfo
from typing import Any, Self

from django import forms
from django.db.models import QuerySet
from django.forms.utils import flatatt
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from parvis.core.assets.models import Asset
from parvis.core.delivery.channels.known import open_channels
from parvis.core.geo import queries as places
from parvis.core.geo.canvas import View
from parvis.core.geo.drawing import SIZE, village_window
from parvis.core.geo.models import District, DistrictKind
from parvis.core.geo.queries import Found, Match
from parvis.core.tenancy.models import Territory
from parvis.core.ui.forms import PhotosInput, PlaceField
from parvis.lib.errors import Invalid

from . import queries
from .models import STATUS_LABELS, Category, Question
from .operations import MOST_LETTERS
from .queries.assets import THING, asset_by_id
from .question_fields import AsksQuestions

BY_TEXT = _("Without an e-mail, the news comes there by text message.")
BY_CALL = _("The municipality calls this number if it has a question. The news goes to the e-mail.")


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


class ShownField(CategoryField):
    """A category as residents choose it: one that waits for its season says so."""

    @property
    def queryset(self) -> QuerySet[Category]:
        """What is offered, asked when the list is drawn."""
        return queries.shown()

    @queryset.setter
    def queryset(self, _: object) -> None:
        self.widget.choices = self.choices  # type: ignore[attr-defined]

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return a copy for one form; Django's own asks for the queryset."""
        made: Self = forms.Field.__deepcopy__(self, memo)
        made.queryset = None
        return made

    def to_python(self, value: Any) -> Category | None:
        """Return the kind of that name, if residents are shown it now."""
        if value in self.empty_values:
            return None
        kind = queries.kind_called(str(value))
        if kind is None or not (kind.out_fr or kind.is_offered(timezone.localdate())):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return kind

    def label_from_instance(self, obj: Any) -> str:
        """Show the name in the reader's language."""
        name = super().label_from_instance(obj)
        return name if obj.is_offered(timezone.localdate()) else str(_("%(kind)s (not now)") % {"kind": name})


class DistrictField(forms.ModelChoiceField):
    """One of the territory's districts, by its code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=District.objects.none(), to_field_name="code", **kwargs)


class MonthList(forms.Select):
    """A list of many months, written at once: a template for each of them costs more than the page around it."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """Draw the list."""
        chosen = str(value or "")

        def option(key: str, label: object) -> str:
            text = '<option value="{}" selected>{}</option>' if key == chosen else '<option value="{}">{}</option>'
            return format_html(text, key, label)

        drawn = [
            format_html('<optgroup label="{}">{}</optgroup>', key, mark_safe("".join(option(*one) for one in label)))  # noqa: S308
            if isinstance(label, list)
            else option(key, label)
            for key, label in self.choices
        ]
        named = flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name}))
        return format_html("<select{}>{}</select>", named, mark_safe("".join(drawn)))  # noqa: S308 (escaped above)


class MonthField(forms.TypedChoiceField):
    """A month as its first day, written 2026-03; the months there are stand in the list, any other may be asked for."""

    def __init__(self, **kwargs: Any) -> None:
        everything = [("", _("All"))]
        super().__init__(choices=everything, coerce=self._month, empty_value=None, widget=MonthList, **kwargs)

    def offer(self, months: Iterable[date]) -> None:
        """Put months into the list, by year, the newest first."""
        years: dict[int, list[tuple[str, str]]] = {}
        for month in sorted(months, reverse=True):
            years.setdefault(month.year, []).append((f"{month:%Y-%m}", date_format(month, "F Y")))
        self.choices = [("", _("All")), *years.items()]

    @staticmethod
    def _month(text: str) -> date:
        return date.fromisoformat(f"{text}-01")

    def valid_value(self, value: Any) -> bool:
        """Accept every month of the calendar."""
        try:
            return len(value) == 7 and bool(self._month(value))
        except ValueError:
            return False


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
    category = ShownField(
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
        self.chosen: Category | None = None
        box = View.over(village_window(territory), *SIZE).box  # what the picture really shows: a tap on it is a place
        around = f"?lat={territory.lat}&lon={territory.lon}&reach=900" if territory.lat is not None else ""
        self.fields["place"].widget.show(  # type: ignore[attr-defined]
            search=reverse("geo:addresses"),
            nearest=reverse("geo:nearest"),
            map=reverse("geo:tilejson"),
            bounds=f"{box.west},{box.south},{box.east},{box.north}",
            centre=f"{territory.lon},{territory.lat}" if territory.lon is not None else "",
            preview=reverse("geo:preview") + around,
            things=reverse("portal:layer", args=["assets"]),
        )
        if signed_in:
            for name in ("name", "email", "phone"):
                del self.fields[name]
        else:
            self.fields["phone"].help_text = BY_TEXT if "sms" in open_channels() else BY_CALL
        self.ask(self._questions())

    def thing(self) -> Asset | None:
        """Return the thing of the municipality that was chosen, on the map or in the list; none of another kind."""
        said = self.cleaned_data
        place = said.get("place") or {}
        key = self.data.get("asset") or str(place.get("ref", "")).removeprefix(THING)
        found = asset_by_id(key)
        category = said.get("category")
        return found if found and category and found.kind in category.asset_kinds else None

    def _questions(self) -> list[Question]:
        slug = self["category"].value() or self.initial.get("category") or ""
        self.chosen = queries.kind_called(str(slug)) if slug else None
        return list(queries.questions_of(self.chosen)) if self.chosen and not self.waits else []

    @property
    def waits(self) -> bool:
        """Whether the kind that is chosen waits for its season: nothing is asked about it."""
        return self.chosen is not None and not self.chosen.is_offered(timezone.localdate())

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


PERIOD = ("from", "to")


def _period(start: date | None, end: date | None) -> str:
    """Return a period of months in words, empty without one."""
    first, last = (date_format(month, "F Y") if month else "" for month in (start, end))
    if first and last:
        return first if first == last else str(_("%(first)s to %(last)s") % {"first": first, "last": last})
    if first:
        return str(_("since %(month)s") % {"month": first})
    return str(_("until %(month)s") % {"month": last}) if last else ""


class FilterForm(forms.Form):
    """Filters of the public reports, on the page as in every address that takes them."""

    hide_optional = True

    q = forms.CharField(
        label=_("Words or street"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    category = CategoryField(label=_("Kind of problem"), required=False, empty_label=_("All"))
    status = forms.ChoiceField(label=_("State"), required=False)
    district = DistrictField(label=_("District"), required=False, empty_label=_("All"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = Category.objects.all()  # type: ignore[attr-defined]
        self.fields["district"].queryset = District.objects.filter(kind=DistrictKind.ELECTORAL).defer("polygon")  # type: ignore[attr-defined]
        self.fields["status"].choices = [  # type: ignore[attr-defined]
            ("", _("All")),
            ("open", _("To be done")),
            ("ended", _("Ended")),
            *((status.value, label) for status, label in STATUS_LABELS.items()),
        ]
        for name, label in zip(PERIOD, (_("First month"), _("Last month")), strict=True):
            self.fields[name] = MonthField(label=label, required=False)
        if not self.fields["district"].queryset.exists():  # type: ignore[attr-defined]
            self.fields["district"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        said = super().clean() or self.cleaned_data
        if said.get("from") and said.get("to") and said["to"] < said["from"]:
            self.add_error("to", _("The last month comes before the first."))
        return said

    def offer(self, months: Sequence[date]) -> None:
        """Put months into the lists, and those that are asked for already."""
        said = self.cleaned_data if self.is_valid() else {}
        offered = {*months, *(month for name in PERIOD if (month := said.get(name)))}
        for name in PERIOD:
            self.fields[name].offer(offered)  # type: ignore[attr-defined]

    def in_words(self) -> list[str]:
        """Return what is asked, in the words of the lists."""
        said = self.cleaned_data if self.is_valid() else {}
        states = dict(self.fields["status"].choices)  # type: ignore[attr-defined]
        words = [
            f"« {said['q'].strip()} »" if said.get("q", "").strip() else "",
            said["category"].label if said.get("category") else "",
            states[said["status"]] if said.get("status") else "",
            said["district"].name if said.get("district") else "",
            _period(said.get("from"), said.get("to")),
        ]
        return [str(word) for word in words if word]

    def filter(self) -> queries.Filter | None:
        """Return what was asked; None when it cannot be understood, and the fields say why."""
        if not self.is_valid():
            return None
        said = self.cleaned_data
        return queries.Filter(
            category=said["category"],
            state=said["status"],
            start=said["from"],
            end=said["to"],
            district=said["district"],
            text=said["q"].strip(),
        )

    @classmethod
    def read(cls, query: QueryDict) -> queries.Filter:
        """Return the filter of a query string. Raises Invalid, naming the field: a program is not given everything."""
        form = cls(query)
        asked = form.filter()
        if asked is None:
            field, errors = next(iter(form.errors.items()))
            raise Invalid(str(errors[0]), field=field)
        return asked


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
