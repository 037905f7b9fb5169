"""A file is taken in, prepared, served to who may see it, and deleted: on a disk and in an object store."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image

from parvis.core.cases.operations.conversation import FILE_PURPOSE
from parvis.core.cases.tests.factories import make_case
from parvis.core.files.content import VARIANTS
from parvis.core.files.models import FileState, StoredFile
from parvis.core.files.operations import MAX_BYTES, delete_file, prepare_photo, publish, store_upload
from parvis.core.identity.models import Person
from parvis.core.identity.tests.factories import make_staff, sign_in
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, TooMuch

from .pictures import PDF, bomb, picture, telltale_exif, upload

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 1, 14, tzinfo=UTC)
BUCKET = "essais"


@pytest.fixture
def disk(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(scope="module")
def object_store() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    _host, port = server.get_host_and_port()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture(params=["disk", "s3"])
def storage(request: pytest.FixtureRequest, settings: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each place where bytes can lie."""
    if request.param == "disk":
        request.getfixturevalue("disk")
        return "disk"
    import boto3

    address = request.getfixturevalue("object_store")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "essai")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "essai")
    boto3.client("s3", endpoint_url=address, region_name="us-east-1").create_bucket(Bucket=BUCKET)
    options = {"bucket_name": BUCKET, "endpoint_url": address, "region_name": "us-east-1", "default_acl": None,
               "querystring_auth": True, "file_overwrite": False}  # fmt: skip
    settings.STORAGES = {
        **settings.STORAGES, "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    }  # fmt: skip
    return "s3"


def taken(actor: Actor, data: bytes | None = None, **given: Any) -> StoredFile:
    data = picture(exif=telltale_exif()) if data is None else data
    return store_upload(actor=actor, upload=upload(data), purpose=FILE_PURPOSE, now=NOW, **given)


def prepared(actor: Actor, **given: Any) -> StoredFile:
    stored = taken(actor, **given)
    prepare_photo(stored)
    stored.refresh_from_db()
    return stored


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_from_the_upload_to_the_last_byte(
    storage: str, territory: Territory, resident: Actor, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    stored = taken(resident)
    assert (stored.state, stored.person_id) == (FileState.WAITING, resident.person_id)
    assert default_storage.exists(stored.key("raw"))
    with django_capture_on_commit_callbacks(execute=True):
        prepare_photo(stored)
    stored.refresh_from_db()
    assert (stored.state, stored.content_type) == (FileState.READY, "image/jpeg")
    assert not default_storage.exists(stored.key("raw")), "the original, with its position, is gone"

    sign_in(client, Person.objects.get(pk=resident.person_id))
    for variant in VARIANTS:
        answer = client.get(f"/{territory.slug}/fichiers/{stored.pk}/{variant}")
        data = body_of(answer)
        assert (answer.status_code, Image.open(io.BytesIO(data)).format) == (200, "JPEG")
        assert b"TELLTALE" not in data
        assert answer.headers["Cache-Control"].startswith("private")

    keys, address = stored.archived_files(), f"/{territory.slug}/fichiers/{stored.pk}/full"
    assert [default_storage.exists(key) for key in keys] == [False, True, True, True]
    with django_capture_on_commit_callbacks(execute=True):
        delete_file(stored)
    assert [default_storage.exists(key) for key in keys] == [False] * 4
    assert client.get(address).status_code == 404


def test_preparing_twice_changes_nothing(disk: None, resident: Actor) -> None:
    stored = taken(resident)
    prepare_photo(stored)
    again = StoredFile.objects.get(pk=stored.pk)
    size = default_storage.size(stored.key("full"))
    prepare_photo(again)
    prepare_photo(stored)  # a second worker, which read the row before the first was done
    assert default_storage.size(stored.key("full")) == size
    assert StoredFile.objects.get(pk=stored.pk).state == FileState.READY


@pytest.mark.parametrize("who", ["visitor", "other_resident", "clerk_next_door", "staff_elsewhere"])
def test_nobody_else_is_served(
    who: str, disk: None, territory: Territory, neighbour: Territory, resident: Actor, other_resident: Actor,
    client: Client,
) -> None:  # fmt: skip
    stored = prepared(resident, subject_id=make_case(territory, resident).pk)
    if who == "other_resident":
        sign_in(client, Person.objects.get(pk=other_resident.person_id))
    elif who == "clerk_next_door":
        sign_in(client, make_staff(neighbour))
    elif who == "staff_elsewhere":
        sign_in(client, make_staff(territory, "content.write"))
    for town in (territory, neighbour):
        assert client.get(f"/{town.slug}/fichiers/{stored.pk}/full").status_code == 404


def test_staff_who_may_read_the_case_are_served(
    disk: None, territory: Territory, resident: Actor, client: Client
) -> None:
    stored = prepared(resident, subject_id=make_case(territory, resident).pk)
    sign_in(client, make_staff(territory, "cases.view"))
    assert client.get(f"/{territory.slug}/fichiers/{stored.pk}/small").status_code == 200


def test_what_is_published_is_everybodys_until_it_is_taken_back(
    disk: None, territory: Territory, resident: Actor, client: Client
) -> None:
    stored = prepared(resident)
    address = f"/{territory.slug}/fichiers/{stored.pk}/full"
    assert client.get(address).status_code == 404
    assert publish(stored=stored)
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Content-Security-Policy"]) == (200, "default-src 'none'; sandbox")
    assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert client.get(address.replace("/full", "/raw")).status_code == 404
    assert publish(stored=stored, is_public=False)
    assert client.get(address).status_code == 404


def test_what_waits_is_not_published(disk: None, resident: Actor) -> None:
    assert not publish(stored=taken(resident))


def test_a_document_that_says_it_is_a_photo(disk: None, resident: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        taken(resident, PDF)
    assert refused.value.field == "photo"
    stored = taken(resident, PDF, images_only=False)
    assert (stored.name, stored.content_type, stored.state) == ("photo.pdf", "application/pdf", FileState.READY)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("data", [b"", b"not a photo", bomb(9_000, 9_000)], ids=["empty", "words", "bomb"])
def test_what_is_no_photo_leaves_nothing(data: bytes, disk: None, resident: Actor, tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        taken(resident, data)
    assert not StoredFile.objects.exists()
    assert not list(tmp_path.rglob("*.*"))


def test_what_is_too_heavy_is_refused_by_its_size(disk: None, resident: Actor) -> None:
    heavy = upload(picture())
    heavy.size = MAX_BYTES + 1
    with pytest.raises(TooMuch):
        store_upload(actor=resident, upload=heavy, purpose=FILE_PURPOSE, now=NOW)
    assert not StoredFile.objects.exists()


def test_a_truncated_photo_is_refused_and_its_bytes_go(
    disk: None, resident: Actor, django_capture_on_commit_callbacks: Any
) -> None:
    whole = picture(size=(600, 400), quality=95)
    stored = taken(resident, whole[: len(whole) // 2])
    with django_capture_on_commit_callbacks(execute=True):
        prepare_photo(stored)
    stored.refresh_from_db()
    assert stored.state == FileState.REFUSED
    assert not default_storage.exists(stored.key("raw"))
