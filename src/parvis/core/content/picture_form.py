"""The form of a picture in the back office."""

from django.db import transaction
from wagtail.images.forms import BaseImageForm

from . import operations
from .models import Picture


class PictureForm(BaseImageForm):  # type: ignore[misc]  # Wagtail has no types
    """Wagtail's own, after which pages that show the picture show the new one, here and where they are borrowed."""

    @transaction.atomic
    def save(self, commit: bool = True) -> Picture:
        """Keep the picture; Wagtail forgets every size of one that was replaced."""
        picture: Picture = super().save(commit)
        if commit:
            operations.note_picture_changed(picture=picture)
        return picture
