"""Take in, prepare, publish and delete files. The bytes go to Django's default storage (local disk or S3)."""

import hashlib
from datetime import datetime
from pathlib import PurePath
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from parvis.core.events.operations import record
from parvis.core.tasks.operations import Priority, defer
from parvis.core.tenancy.context import current_territory_id
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, TooMuch, gettext_noop

from . import content
from .models import FileState, StoredFile

MAX_BYTES = 20 * 1024 * 1024


@transaction.atomic
def store_upload(
    *,
    actor: Actor,
    upload: UploadedFile,
    purpose: str,
    now: datetime,
    subject_id: UUID | None = None,
    images_only: bool = True,
    field: str = "photo",
) -> StoredFile:
    """Take in a file for a purpose such as ``issues.photo``. A photo is re-encoded in the background, unseen till then.

    Raises TooMuch (over 20 MB) or Invalid (not a photo, or not what its name says), with `field`.
    """
    look = check_upload(upload, images_only=images_only, field=field)
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    is_image = look.content_type.startswith("image/")
    stored = StoredFile.objects.create(
        territory_id=current_territory_id(),
        purpose=purpose,
        service=purpose.partition(".")[0],
        subject_id=subject_id,
        person_id=actor.beneficiary_id,
        name=clean_name(upload.name or "", look.content_type),
        content_type=look.content_type,
        size=upload.size or 0,
        sha256=digest.hexdigest(),
        width=look.width,
        height=look.height,
        state=FileState.WAITING if is_image else FileState.READY,
        created_at=now,
    )
    upload.seek(0)
    default_storage.save(stored.key("raw" if is_image else "full"), upload)
    if is_image:
        from .tasks import prepare

        # After what people are waiting to be told: preparing keeps a processor busy for a tenth of a second.
        defer(prepare, priority=Priority.NORMAL, file=str(stored.pk))
    return stored


def check_upload(upload: UploadedFile, *, images_only: bool = True, field: str = "photo") -> content.Look:
    """Look at a file before anything is kept. Raises TooMuch or Invalid with `field`."""
    if (upload.size or 0) > MAX_BYTES:
        raise TooMuch(
            gettext_noop("This file is %(size)s MB; the most is %(most)s MB. Choose a smaller one."),
            field=field,
            size=round((upload.size or 0) / 1024 / 1024),
            most=MAX_BYTES // 1024 // 1024,
        )
    try:
        look = content.look(upload.file)  # type: ignore[arg-type]  # an open file, which the stubs doubt
    except content.Unreadable:
        raise Invalid(gettext_noop("This file cannot be read. Choose a photo (JPEG, PNG, HEIC, WebP)."), field=field)
    if images_only and not look.content_type.startswith("image/"):
        raise Invalid(gettext_noop("This is not a photo. Choose a photo (JPEG, PNG, HEIC, WebP)."), field=field)
    return look


def clean_name(name: str, content_type: str) -> str:
    """Return a harmless file name to show: no path, no control character, an extension that tells the truth."""
    stem = "".join(letter for letter in PurePath(name.replace("\\", "/")).stem if letter.isprintable())[:80] or "photo"
    return f"{stem}.pdf" if content_type == "application/pdf" else f"{stem}.jpg"


@transaction.atomic
def prepare_photo(stored: StoredFile) -> None:
    """Re-encode a waiting photo into its variants; safe to run twice. A photo that cannot be decoded is refused."""
    if stored.state != FileState.WAITING:
        return
    with default_storage.open(stored.key("raw")) as raw:
        try:
            variants = content.reencode(raw)
        except content.Unreadable:
            StoredFile.objects.filter(pk=stored.pk).update(state=FileState.REFUSED)
            transaction.on_commit(lambda: default_storage.delete(stored.key("raw")))
            return
    for name, (data, _, _) in variants.items():
        default_storage.delete(stored.key(name))
        default_storage.save(stored.key(name), ContentFile(data))
    full, width, height = variants["full"]
    StoredFile.objects.filter(pk=stored.pk, state=FileState.WAITING).update(
        state=FileState.READY, content_type="image/jpeg", size=len(full), width=width, height=height
    )
    record(Actor.system(stored.territory_id), "files.ready", stored, about=str(stored.subject_id or ""))
    transaction.on_commit(lambda: default_storage.delete(stored.key("raw")))


@transaction.atomic
def copy_file(
    source: StoredFile, *, purpose: str, now: datetime, subject_id: UUID, person_id: UUID | None = None
) -> StoredFile | None:
    """Copy a file and its bytes into the territory in force, private again; `source` was read where it lies.

    A photo that is still being prepared there is prepared here too. Returns None when there is nothing to copy: it was
    refused, or its bytes are gone.
    """
    variants = _variants_of(source)
    if source.state == FileState.REFUSED or not any(default_storage.exists(source.key(name)) for name in variants):
        return None
    copy = StoredFile.objects.create(
        territory_id=current_territory_id(),
        purpose=purpose,
        service=purpose.partition(".")[0],
        subject_id=subject_id,
        person_id=person_id,
        created_at=now,
        **{
            name: getattr(source, name)
            for name in ("name", "content_type", "size", "sha256", "width", "height", "state")
        },
    )
    for name in variants:
        if default_storage.exists(source.key(name)):
            with default_storage.open(source.key(name)) as body:
                default_storage.save(copy.key(name), body)
    if copy.state == FileState.WAITING:
        from .tasks import prepare

        defer(prepare, priority=Priority.NOW, file=str(copy.pk))
    return copy


def _variants_of(source: StoredFile) -> tuple[str, ...]:
    if source.state == FileState.WAITING:
        return ("raw",)
    return tuple(content.VARIANTS) if source.is_image else ("full",)


def hand_to(stored: StoredFile, *, purpose: str, subject_id: UUID) -> None:
    """Let a file belong to something else, under the rule of another purpose. The caller decides who may."""
    StoredFile.objects.filter(pk=stored.pk).update(
        purpose=purpose, service=purpose.partition(".")[0], subject_id=subject_id
    )


def publish(*, stored: StoredFile, is_public: bool = True) -> bool:
    """Show a file to everyone, or take it back; return False while it is not ready. The caller decides who may."""
    return bool(StoredFile.objects.filter(pk=stored.pk, state=FileState.READY).update(is_public=is_public))


@transaction.atomic
def delete_file(stored: StoredFile) -> None:
    """Delete a file and its bytes once the transaction commits."""
    keys = {stored.key(name) for name in ("raw", "original", *content.VARIANTS)}
    stored.delete()

    def delete_bytes() -> None:
        for key in keys:
            default_storage.delete(key)

    transaction.on_commit(delete_bytes)
