"""What a person writes about their own request."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.core.ui.forms import PhotosInput

from .operations.conversation import MOST_LETTERS


class FilesField(forms.FileField):
    """Several files as a list of uploads; what they are is checked by content in the operation."""

    widget = PhotosInput(attrs={"accept": "image/*,application/pdf"})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Clean each file."""
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(FilesField, self).clean(file, initial) for file in files if file]


class ReplyForm(forms.Form):
    """A message to the municipality about one's own request."""

    text = forms.CharField(
        label=_("Your message"), required=False, max_length=MOST_LETTERS, widget=forms.Textarea(attrs={"rows": 4})
    )
    # A declared field leaves the class when the form is made: `form.files` stays what was uploaded.
    files = FilesField(label=_("Photos or documents"), required=False)  # type: ignore[assignment]  # a narrower field

    hide_optional = True  # one of the two is enough, and the operation says so
