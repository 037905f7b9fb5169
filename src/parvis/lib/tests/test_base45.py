"""Base45, with the examples of RFC 9285."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.lib.base45 import ALPHABET, NotBase45, decode, encode


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0"), (b"", "")],
)
def test_the_examples_of_the_rfc(data: bytes, text: str) -> None:
    assert encode(data) == text
    assert decode(text) == data


@given(st.binary(max_size=400))
def test_what_was_written_is_read(data: bytes) -> None:
    assert decode(encode(data)) == data


@given(st.text(ALPHABET, max_size=60))
def test_there_is_one_text_for_given_bytes(text: str) -> None:
    try:
        data = decode(text)
    except NotBase45:
        return
    assert encode(data) == text


@pytest.mark.parametrize("wrong", ["GGW", "A", "::", ":::", "ab8", "BB8\n", "é00"])
def test_what_is_no_base45_is_refused(wrong: str) -> None:
    with pytest.raises(NotBase45):
        decode(wrong)
