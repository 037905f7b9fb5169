"""Forms: every input has its label, its help and its errors; nothing typed is lost."""

import re

import pytest
from django import forms
from django.core.exceptions import ValidationError

from parvis.core.ui.forms import PhotosInput, PlaceField, validate_brand
from parvis.core.ui.templatetags.ui import widget_kind

KINDS = [("hole", "Hole"), ("lamp", "Lamp")]


class Sample(forms.Form):
    place = PlaceField(label="Where")
    text = forms.CharField(label="What", help_text="A few words", widget=forms.Textarea)
    kind = forms.ChoiceField(label="Kind", choices=KINDS, widget=forms.RadioSelect(attrs={"data-look": "chips"}))
    photos = forms.FileField(label="Photos", required=False, widget=PhotosInput)
    follow = forms.BooleanField(label="Follow", required=False)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def ids(html):
    return set(re.findall(r'\bid="([^"]+)"', html))


def test_every_label_and_description_points_at_something():
    form = Sample({"text": "", "kind": "lost"})
    html = str(form)
    found = ids(html)
    for attribute in ("for", "aria-describedby", "aria-controls"):
        for value in re.findall(rf'\b{attribute}="([^"]+)"', html):
            assert set(value.split()) <= found, (attribute, value)


def test_a_refused_form_links_to_each_field_and_keeps_what_was_typed():
    form = Sample({"place_address": "derrière l’église", "text": "", "kind": "hole", "follow": "on"})
    html = str(form)
    assert 'href="#id_text"' in html
    assert 'value="derrière l’église"' in html
    assert re.search(r'value="hole"[^>]*checked|checked[^>]*value="hole"', html)
    assert 'role="alert"' in html
    assert html.count('aria-invalid="true"') >= 1


def test_a_form_that_was_not_sent_shows_no_summary():
    assert "data-summary" not in str(Sample())


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("place", "place"),
        ("text", "plain"),
        ("kind", "chips"),
        ("photos", "photo"),
        ("follow", "check"),
        ("secret", "hidden"),
    ],
)
def test_each_widget_is_drawn_its_own_way(name, kind):
    assert widget_kind(Sample()[name]) == kind


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["47 rue X", "", "", ""], {"address": "47 rue X", "lat": None, "lon": None, "ref": ""}),
        (["", "46.5", "-71.2", "a1"], {"address": "", "lat": 46.5, "lon": -71.2, "ref": "a1"}),
        (["47 rue X", "46.5", "", ""], {"address": "47 rue X", "lat": None, "lon": None, "ref": ""}),
    ],
)
def test_a_place_is_an_address_or_a_whole_point(given, expected):
    assert PlaceField().clean(given) == expected


@pytest.mark.parametrize("given", [["", "", "", ""], [], ["", "46.5", "", ""]])
def test_a_place_without_either_is_refused(given):
    with pytest.raises(ValidationError):
        PlaceField().clean(given)
    assert PlaceField(required=False).clean(given) is None


def test_a_point_outside_the_globe_is_refused():
    with pytest.raises(ValidationError):
        PlaceField().clean(["", "146.5", "-71", ""])


def test_what_helps_to_choose_a_place_belongs_to_one_form_only():
    one, other = Sample(), Sample()
    one.fields["place"].widget.show(search="/carte/adresses", map="/carte/tuiles.json")
    assert 'data-search="/carte/adresses"' in str(one)
    assert 'data-search=""' in str(other)


@pytest.mark.parametrize("colour", ["#f4c430", "#ffffff", "red"])
def test_a_brand_that_cannot_be_read_is_refused(colour):
    with pytest.raises(ValidationError):
        validate_brand(colour)


def test_a_good_brand_passes():
    validate_brand("#0f5c4f")
