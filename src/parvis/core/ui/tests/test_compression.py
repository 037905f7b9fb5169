"""What is made for one reader travels compressed, and what is compressed already does not suffer it twice."""

import gzip
from io import BytesIO

import pytest
from django.http import FileResponse, HttpResponse, StreamingHttpResponse

from parvis.core.ui.compression import CompressionMiddleware

TEXT = "Un nid-de-poule devant la mairie. " * 100


@pytest.fixture
def answer(rf):
    """Answer a browser that reads gzip, and Brotli, through the middleware."""

    def make(response, accepts="gzip, deflate, br, zstd"):
        return CompressionMiddleware(lambda request: response)(rf.get("/", HTTP_ACCEPT_ENCODING=accepts))

    return make


@pytest.mark.parametrize(
    "kind",
    ["text/html; charset=utf-8", "text/javascript", "text/calendar", "application/json", "application/geo+json",
     "application/problem+json", "application/atom+xml; charset=utf-8", "text/xml", "image/svg+xml"],
)  # fmt: skip
def test_text_is_compressed(answer, kind):
    found = answer(HttpResponse(TEXT, content_type=kind))
    assert found["Content-Encoding"] == "gzip"
    assert len(found.content) == int(found["Content-Length"]) < len(TEXT) / 5
    assert gzip.decompress(found.content).decode() == TEXT
    assert "Accept-Encoding" in found["Vary"]


@pytest.mark.parametrize(
    "kind", ["image/webp", "font/woff2", "application/pdf", "application/zip", "text/event-stream"]
)
def test_what_is_no_text_stays_as_it_is(answer, kind):
    assert "Content-Encoding" not in answer(HttpResponse(TEXT, content_type=kind)).headers


def test_a_file_is_served_as_it_stands(answer):
    file = FileResponse(BytesIO(TEXT.encode()), content_type="text/plain")
    assert b"".join(answer(file)) == TEXT.encode()


def test_a_list_that_comes_in_pieces_is_compressed_piece_by_piece(answer):
    found = answer(StreamingHttpResponse((TEXT for _ in range(3)), content_type="text/csv"))
    assert gzip.decompress(b"".join(found)).decode() == TEXT * 3


def test_what_came_compressed_is_left_alone(answer):
    found = answer(HttpResponse(b"x" * 500, content_type="text/html", headers={"Content-Encoding": "br"}))
    assert found.content == b"x" * 500


def test_who_reads_no_gzip_gets_the_text(answer):
    assert answer(HttpResponse(TEXT), accepts="br").content.decode() == TEXT


def test_the_length_of_a_page_does_not_say_what_stands_in_it(answer):
    """The same page twice has two lengths: whoever counts bytes on the line learns no secret from them (BREACH)."""
    assert len({len(answer(HttpResponse(TEXT)).content) for _ in range(20)}) > 3


def test_another_sites_request_carries_no_session(settings):
    assert settings.SESSION_COOKIE_SAMESITE == settings.CSRF_COOKIE_SAMESITE == "Lax"
