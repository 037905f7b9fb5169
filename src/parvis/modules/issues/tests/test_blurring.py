"""Faces and plates are destroyed in every size that others see; the original is for staff, or gone."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image, ImageStat

from parvis.core.cases.models import CaseEvent
from parvis.core.content.operations import ensure_territory_content
from parvis.core.files import personal_data
from parvis.core.files.content import VARIANTS, Part
from parvis.core.files.models import StoredFile
from parvis.core.files.operations import prepare_photo
from parvis.core.identity.tests.factories import make_staff, sign_in, staff_actor
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, NotAllowed, WrongState
from parvis.modules.issues import operations
from parvis.modules.issues.models import Issue

from .factories import NOW, make_issue

pytestmark = pytest.mark.django_db

FACE = Part(0.25, 0.25, 0.5, 0.5)


@pytest.fixture(autouse=True)
def disk(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def chequered() -> SimpleUploadedFile:
    """A photo full of detail: black and white squares of eight pixels."""
    image = Image.new("L", (1200, 800))
    image.putdata([255 * ((x // 8 + y // 8) % 2) for y in range(800) for x in range(1200)])
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=92)
    return SimpleUploadedFile("visage.jpg", out.getvalue(), content_type="image/jpeg")


@pytest.fixture
def issue(resident: Actor) -> Issue:
    return make_issue(resident, photos=[chequered()])


@pytest.fixture
def photo(issue: Issue) -> StoredFile:
    stored = StoredFile.objects.get(subject_id=issue.pk)
    prepare_photo(stored)
    stored.refresh_from_db()
    return stored


def detail(stored: StoredFile, variant: str, *, left: float, right: float) -> float:
    """How much of the squares is left in a band of a variant: the spread of its greys."""
    with default_storage.open(stored.key(variant)) as opened, Image.open(opened) as image:
        box = (int(left * image.width), int(0.3 * image.height), int(right * image.width), int(0.7 * image.height))
        return float(ImageStat.Stat(image.convert("L").crop(box)).stddev[0])


def test_every_size_is_drawn_anew_and_nothing_of_the_face_is_left(
    clerk: Actor, issue: Issue, photo: StoredFile, django_capture_on_commit_callbacks: Any
) -> None:
    old = {name: photo.key(name) for name in VARIANTS}
    with django_capture_on_commit_callbacks(execute=True):
        operations.blur_photo(actor=clerk, issue=issue, photo=photo, parts=[FACE], now=NOW, show=True)
    photo.refresh_from_db()
    assert (photo.version, photo.is_public, photo.has_original) == (1, True, True)
    for name in VARIANTS:
        assert detail(photo, name, left=0.3, right=0.7) < 6
    for name in ("full", "medium"):  # in the smallest such squares are grey anyway
        assert detail(photo, name, left=0.02, right=0.2) > 40
    assert detail(photo, "original", left=0.3, right=0.7) > 40
    assert not default_storage.exists(old["medium"])
    assert not default_storage.exists(old["small"])
    line = CaseEvent.objects.get(case=issue.case, name="photo_blurred")
    assert (line.is_internal, line.data["parts"], line.data["original"]) == (True, 1, "kept")


def test_no_part_gives_the_photo_back_but_to_staff_only(clerk: Actor, issue: Issue, photo: StoredFile) -> None:
    operations.blur_photo(actor=clerk, issue=issue, photo=photo, parts=[FACE], now=NOW, show=True)
    operations.blur_photo(actor=clerk, issue=issue, photo=photo, parts=[], now=NOW, show=True)
    photo.refresh_from_db()
    assert (photo.version, photo.blurred, photo.is_public) == (2, [], False)
    assert detail(photo, "full", left=0.3, right=0.7) > 40


def test_without_its_original_what_is_blurred_stays_so(
    clerk: Actor, issue: Issue, photo: StoredFile, django_capture_on_commit_callbacks: Any
) -> None:
    first = photo.key("original")
    with django_capture_on_commit_callbacks(execute=True):
        operations.blur_photo(
            actor=clerk, issue=issue, photo=photo, parts=[FACE], now=NOW, keep_original=False, show=True
        )
        photo.refresh_from_db()
        with pytest.raises(WrongState):
            operations.blur_photo(actor=clerk, issue=issue, photo=photo, parts=[], now=NOW)
        more = [Part(0, 0, 0.2, 0.2)]
        operations.blur_photo(actor=clerk, issue=issue, photo=photo, parts=more, now=NOW, keep_original=True)
    photo.refresh_from_db()
    assert not default_storage.exists(first)
    assert not photo.has_original
    assert len(photo.blurred) == 2
    assert detail(photo, "full", left=0.3, right=0.7) < 6


def test_two_clerks_at_once_the_second_is_told(clerk: Actor, issue: Issue, photo: StoredFile) -> None:
    stale = StoredFile.objects.get(pk=photo.pk)
    operations.blur_photo(actor=clerk, issue=issue, photo=photo, parts=[FACE], now=NOW)
    with pytest.raises(WrongState):
        operations.blur_photo(actor=clerk, issue=issue, photo=stale, parts=[Part(0, 0, 0.1, 0.1)], now=NOW)


@pytest.mark.parametrize(
    "part", [Part(-0.1, 0, 0.5, 0.5), Part(0.8, 0, 0.5, 0.5), Part(0, 0, 0, 0.5), Part(0, 0, 2, 1)]
)
def test_a_part_outside_the_photo_is_refused(clerk: Actor, issue: Issue, photo: StoredFile, part: Part) -> None:
    with pytest.raises(Invalid):
        operations.blur_photo(actor=clerk, issue=issue, photo=photo, parts=[part], now=NOW)


def test_the_wrong_person_blurs_nothing_and_sees_no_original(
    territory: Territory, clerk: Actor, resident: Actor, neighbour_clerk: Actor, issue: Issue, photo: StoredFile
) -> None:
    for wrong in (resident, neighbour_clerk, staff_actor(territory, "issues.work")):
        with pytest.raises(NotAllowed):
            operations.blur_photo(actor=wrong, issue=issue, photo=photo, parts=[FACE], now=NOW)
    other = make_issue(resident)
    with pytest.raises(Invalid):
        operations.blur_photo(actor=clerk, issue=other, photo=photo, parts=[FACE], now=NOW)
    operations.blur_photo(actor=clerk, issue=issue, photo=photo, parts=[FACE], now=NOW, show=True)
    ensure_territory_content(territory)
    visitor = Client(headers={"host": "localhost"})
    assert visitor.get(f"/{territory.slug}/fichiers/{photo.pk}/original").status_code == 404
    staff = Client(headers={"host": "localhost"})
    sign_in(staff, make_staff(territory, "issues.work", "cases.view"))
    screen = f"/{territory.slug}/bureau/signalements/{issue.code}/photos/{photo.pk}/"
    assert staff.get(screen).status_code == 403
    assert staff.get(f"{screen}original").status_code == 403


def test_a_clerk_types_the_rectangle_and_everyone_gets_the_blurred_one(
    territory: Territory, issue: Issue, photo: StoredFile
) -> None:
    ensure_territory_content(territory)
    desk, visitor = Client(headers={"host": "localhost"}), Client(headers={"host": "localhost"})
    sign_in(desk, make_staff(territory))
    screen = f"/{territory.slug}/bureau/signalements/{issue.code}/photos/{photo.pk}/"
    assert desk.post(screen, {"left": "", "top": "", "width": "", "height": ""}).status_code == 422
    wrong = desk.post(screen, {"left": "90", "top": "x", "width": "5", "height": "5"})
    assert wrong.status_code == 422
    assert 'value="x"' in wrong.content.decode()
    rows = {"left": ["25", ""], "top": ["25,0", ""], "width": ["50", ""], "height": ["50", ""]}
    sent = desk.post(screen, {**rows, "keep_original": "on", "show": "on"})
    assert sent.status_code == 302
    served = visitor.get(f"/{territory.slug}/fichiers/{photo.pk}/full")
    assert served.status_code == 200
    assert served.headers["Cache-Control"] == "public, no-cache"
    original = desk.get(f"{screen}original")
    assert "no-store" in original.headers["Cache-Control"]
    assert b"".join(served) != b"".join(original)


def test_erasing_the_person_deletes_the_original_and_leaves_what_is_shown(
    clerk: Actor, resident: Actor, issue: Issue, photo: StoredFile, django_capture_on_commit_callbacks: Any
) -> None:
    operations.blur_photo(actor=clerk, issue=issue, photo=photo, parts=[FACE], now=NOW, show=True)
    assert resident.person_id is not None
    photo.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        personal_data.erase(resident.person_id, NOW)
    assert not default_storage.exists(photo.key("original"))
    assert default_storage.exists(photo.key("full"))
