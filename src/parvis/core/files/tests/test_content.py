"""What a file really is, and what is left of a photo."""

import io

import pytest
from PIL import Image

from parvis.core.files.content import MAX_PIXELS, VARIANTS, Unreadable, look, reencode
from parvis.core.files.operations import clean_name

from .pictures import GPS, MAKER, PDF, bomb, display_p3, picture, telltale_exif


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("WEBP", "image/webp"),
        ("HEIF", "image/heif"),
        ("GIF", "image/gif"),
    ],
)  # fmt: skip
def test_a_photo_is_known_by_its_content(kind: str, says: str) -> None:
    found = look(io.BytesIO(picture(kind, size=(64, 48))))
    assert (found.content_type, found.width, found.height) == (says, 64, 48)


def test_a_document_is_known_by_its_content() -> None:
    assert look(io.BytesIO(PDF)).content_type == "application/pdf"


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<script>alert(1)</script>", b"GIF89a", b"\xff\xd8",
     b"PK\x03\x04" + bytes(60), b"MZ" + bytes(600), picture()[:12]],
)  # fmt: skip
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        look(io.BytesIO(data))


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (9_000, 9_000)])
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_picture_that_says_it_is_huge_is_refused_before_it_is_decoded(width: int, height: int) -> None:
    assert width * height > MAX_PIXELS
    with pytest.raises(Unreadable):
        look(io.BytesIO(bomb(width, height)))


def test_a_truncated_photo_is_not_half_kept() -> None:
    whole = picture(size=(600, 400), quality=95)
    assert look(io.BytesIO(whole[: len(whole) // 2])).width == 600, "its head is whole"
    with pytest.raises(Unreadable):
        reencode(io.BytesIO(whole[: len(whole) // 2]))


def test_nothing_of_the_telephone_is_left() -> None:
    before = picture(exif=telltale_exif(), comment=b"TELLTALE too")
    assert opened(before).getexif().get_ifd(GPS), "the test says nothing unless the position is there at first"
    for name, (data, _, _) in reencode(io.BytesIO(before)).items():
        after = opened(data)
        assert not dict(after.getexif()), name
        assert not after.getexif().get_ifd(GPS), name
        assert b"TELLTALE" not in data, name
        assert "exif" not in after.info, name
    assert opened(before).getexif()[MAKER] == "TELLTALE"


def test_a_photo_held_sideways_is_put_upright() -> None:
    data, width, height = reencode(io.BytesIO(picture(size=(60, 40), exif=telltale_exif(6))))["full"]
    assert (width, height) == (40, 60)
    red, _green, blue = opened(data).getpixel((20, 4))
    assert red > 200 > blue, "what was left is on top now"


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_was_transparent_is_white(kind: str) -> None:
    data, _, _ = reencode(io.BytesIO(picture(kind, mode="RGBA")))["full"]
    assert min(opened(data).convert("RGB").getpixel((55, 20))) > 240
    assert opened(data).mode == "RGB"


def in_p3(kind: str, mode: str = "RGB", profile: bytes = b"") -> tuple[int, ...]:
    """Return what becomes of an orange that a telephone says it saw in its own colours."""
    out = io.BytesIO()
    orange = Image.new(mode, (64, 48), (200, 100, 50, 255)[: len(mode)])
    orange.save(out, kind, icc_profile=profile or display_p3(), **({"quality": 95} if kind != "PNG" else {}))
    data, _, _ = reencode(out)["full"]
    assert "icc_profile" not in opened(data).info
    return tuple(opened(data).getpixel((20, 20)))


@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "RGB"), ("PNG", "RGB"), ("PNG", "RGBA"), ("HEIF", "RGB")])
def test_the_colours_of_a_telephone_stay_what_they_were(kind: str, mode: str) -> None:
    red, green, blue = in_p3(kind, mode)
    # By the matrices of both spaces: what Display P3 calls (200, 100, 50), sRGB calls (216, 93, 24).
    assert abs(red - 216) < 4 and abs(green - 93) < 4 and abs(blue - 24) < 5, (red, green, blue)


def test_a_profile_that_says_nothing_spoils_no_photo() -> None:
    red, green, blue = in_p3("JPEG", profile=b"not a profile at all" * 9)
    assert abs(red - 200) < 6 and abs(green - 100) < 6 and abs(blue - 50) < 6


def test_heic_becomes_jpeg() -> None:
    data, width, height = reencode(io.BytesIO(picture("HEIF", size=(64, 48))))["full"]
    assert (opened(data).format, width, height) == ("JPEG", 64, 48)


def test_a_photo_of_two_pictures_in_one_is_its_first() -> None:
    first, second = opened(picture(size=(64, 48))), opened(picture(size=(32, 24)))
    out = io.BytesIO()
    first.save(out, "MPO", save_all=True, append_images=[second])
    assert look(out).width == 64
    assert reencode(out)["full"][1:] == (64, 48)


def test_each_variant_fits_its_side_and_small_ones_are_not_blown_up() -> None:
    made = reencode(io.BytesIO(picture(size=(3000, 1500))))
    assert {name: max(width, height) for name, (_, width, height) in made.items()} == {
        name: side for name, (side, _) in VARIANTS.items()
    }
    assert all((width, height) == (60, 40) for _, width, height in reencode(io.BytesIO(picture())).values())


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Photos\\trou.PNG", "trou.jpg"),
        ("a\x00b\nc\u202egnp.exe", "abcgnp.jpg"),
        ("", "photo.jpg"),
        ("x" * 300 + ".jpg", "x" * 80 + ".jpg"),
    ],
)
def test_names_are_harmless_and_tell_the_truth(given: str, shown: str) -> None:
    assert clean_name(given, "image/png") == shown


def test_a_document_is_called_one() -> None:
    assert clean_name("lettre.jpg", "application/pdf") == "lettre.pdf"
