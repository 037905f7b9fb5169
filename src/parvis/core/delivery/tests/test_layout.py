"""What an e-mail looks like."""

import pytest

from parvis.core.delivery.layout import Place, compose, paragraphs

PLACE = Place("Danville & fils", "#0f5c4f", "819 555-0142", "1 rue X", "https://x.test/en/danville/", True, "en")


def mail(**given):
    return compose(PLACE, **{"subject": "Hello", "text": "One\n\nTwo <b>", "reason": "Because.", **given})


def test_both_parts_say_the_same():
    composed = mail(url="https://x.test/page", label="See it")
    for part in (composed.text, composed.html):
        for words in ("One", "https://x.test/page", "See it", "819 555-0142", "Because."):
            assert words in part
    assert "Danville & fils" in composed.text
    assert "Danville &amp; fils" in composed.html


def test_the_words_of_people_are_escaped():
    composed = compose(
        PLACE, subject="<script>", text="<img src=x onerror=alert(1)> parvis-subject-here", reason="<i>", url=""
    )
    assert "<script" not in composed.html
    assert "<img" not in composed.html
    assert "<i>" not in composed.html


def test_the_style_is_inline_and_nothing_is_fetched():
    html = mail(url="https://x.test/page").html
    assert 'style="' in html.partition("<body")[2]
    assert "border-top:8px solid #0f5c4f" in html.replace(": ", ":")
    assert "src=" not in html
    assert "url(" not in html


def test_addresses_in_a_text_become_links():
    assert '<a href="https://x.test/a?b=1&amp;c=2"' in paragraphs("See https://x.test/a?b=1&c=2 please")


@pytest.mark.parametrize("language", ["fr", "en", "es"])
def test_the_page_says_its_language(language):
    place = Place("Danville", "#0f5c4f", "", "", "https://x.test/", False, language)
    assert f'<html lang="{language}"' in compose(place, subject="a", text="b", reason="").html
