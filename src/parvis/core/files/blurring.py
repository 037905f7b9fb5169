"""Make faces and number plates unrecognisable in a photo that is ready; nobody gets them back from what is shown.

Each version lies under names of its own and the row says which is in force, so that a crash at any moment leaves a
photo that is whole. What came in is kept for the staff, or deleted for good when they say so.
"""

from collections.abc import Sequence
from dataclasses import astuple

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from parvis.core.tenancy.context import current_territory_id
from parvis.lib.errors import Invalid, WrongState, gettext_noop

from . import content
from .content import Part
from .models import FileState, StoredFile

MOST_PARTS = 60
SMALLEST = 0.004


def parts_of(stored: StoredFile) -> list[Part]:
    """Return the parts of a photo that are blurred now."""
    return [Part(*numbers) for numbers in stored.blurred]


@transaction.atomic
def blur(*, stored: StoredFile, parts: Sequence[Part], keep_original: bool) -> StoredFile:
    """Draw every size of a photo anew with these parts blurred; no part gives the photo back as it came.

    The caller decides who may. Without `keep_original` what came in is deleted: what was blurred stays so, and later
    parts are added to it. Raises Invalid (``parts``), WrongState (no photo that is ready, or somebody else just did).
    """
    _check(parts)
    if stored.state != FileState.READY or not stored.is_image:
        raise WrongState
    before = StoredFile.objects.get(pk=stored.pk)
    if before.version != stored.version:
        raise WrongState
    for_good = [] if before.has_original else parts_of(before)
    if for_good and not parts:
        raise WrongState
    has_original = keep_original and (before.has_original or not before.version)
    source = before.key("original" if before.has_original else "full")
    with default_storage.open(source) as opened:
        drawn = content.blur(opened, parts)
    after = StoredFile(pk=before.pk, territory_id=before.territory_id, created_at=before.created_at)
    after.content_type, after.version = before.content_type, before.version + 1
    _keep_bytes(before, after, drawn, has_original=has_original)
    full, width, height = drawn["full"]
    moved = StoredFile.objects.filter(
        pk=stored.pk, territory_id=current_territory_id(), version=before.version, state=FileState.READY
    ).update(
        version=after.version,
        blurred=[list(astuple(part)) for part in (*for_good, *parts)],
        has_original=has_original,
        size=len(full),
        width=width,
        height=height,
    )
    if not moved:
        raise WrongState
    stored.refresh_from_db()
    return stored


def forget_original(stored: StoredFile) -> None:
    """Delete what came in before something was blurred, once the transaction commits."""
    key = stored.key("original")
    if stored.has_original:
        StoredFile.objects.filter(pk=stored.pk).update(has_original=False)
        transaction.on_commit(lambda: default_storage.delete(key))


def _check(parts: Sequence[Part]) -> None:
    if len(parts) > MOST_PARTS:
        raise Invalid(gettext_noop("Blur at most %(most)s parts of a photo."), field="parts", most=MOST_PARTS)
    for part in parts:
        inside = min(part.left, part.top) >= 0 and part.left + part.width <= 1.001 and part.top + part.height <= 1.001
        if not inside or min(part.width, part.height) < SMALLEST:
            raise Invalid(gettext_noop("Each part must lie within the photo."), field="parts")


def _keep_bytes(
    before: StoredFile, after: StoredFile, drawn: dict[str, tuple[bytes, int, int]], *, has_original: bool
) -> None:
    for name, (data, _width, _height) in drawn.items():
        default_storage.delete(after.key(name))  # left by one that a crash undid
        default_storage.save(after.key(name), ContentFile(data))
    old = {before.key(name) for name in (*content.VARIANTS, "original")}
    if has_original:
        old.discard(before.key("original"))

    def forget() -> None:
        for key in old:
            default_storage.delete(key)

    transaction.on_commit(forget)
