"""What Wagtail says about pages becomes events of the house; pictures leave no file behind."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from wagtail.log_actions import get_active_log_context
from wagtail.signals import page_published, page_unpublished, post_page_move

from parvis.core.tenancy.context import current_territory_id
from parvis.lib.actor import Actor

from . import operations
from .models import Picture, PictureRendition, TownDocument


def connect() -> None:
    """Listen to Wagtail."""
    page_published.connect(published, dispatch_uid="content.published")
    page_unpublished.connect(unpublished, dispatch_uid="content.unpublished")
    post_page_move.connect(moved, dispatch_uid="content.moved")
    for model in (TownDocument, Picture, PictureRendition):
        post_delete.connect(file_gone, sender=model, dispatch_uid=f"content.file_gone.{model.__name__}")
    post_delete.connect(picture_gone, sender=Picture, dispatch_uid="content.picture_gone")


def _actor() -> Actor:
    user = get_active_log_context().user
    territory_id = current_territory_id()
    if user is None or not user.is_authenticated:
        return Actor.system(territory_id)
    return Actor(territory_id=territory_id, person_id=user.pk)


def published(sender: Any, instance: Any, **_: Any) -> None:
    """Tell the house that a page is out."""
    if instance.live and current_territory_id() is not None:
        operations.note_published(actor=_actor(), page_id=instance.pk, event="content.published")
        if instance.numchild:  # perhaps under another name: Wagtail says so only once the transaction is over
            moved(sender, instance)


def unpublished(sender: Any, instance: Any, **_: Any) -> None:
    """Tell the house that a page was taken back."""
    if current_territory_id() is not None:
        operations.note_published(actor=_actor(), page_id=instance.pk, event="content.unpublished")


def moved(sender: Any, instance: Any, **_: Any) -> None:
    """Tell the house that a page and all below it have other addresses."""
    if instance.live and current_territory_id() is not None:
        operations.note_moved(actor=_actor(), page_id=instance.pk)


def file_gone(sender: Any, instance: Any, **_: Any) -> None:
    """Delete the file once the row is surely gone."""
    transaction.on_commit(lambda: instance.file.delete(save=False))


def picture_gone(sender: Any, instance: Any, **_: Any) -> None:
    """Drop the kept copies of the pages that showed it."""
    operations.note_picture_changed(picture=instance)
