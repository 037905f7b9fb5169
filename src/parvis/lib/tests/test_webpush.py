"""Sealing for browsers, against the example that RFC 8291 publishes (section 5 and appendix A)."""

import pytest

from parvis.lib import webpush
from parvis.lib.webpush import Keys, b64, unb64

WORDS = b"When I grow up, I want to be a watermelon"
THEIRS = Keys(
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", "BTBZMqHH6r4Tts7J_aSIgg"
)
PRIVATE = int.from_bytes(unb64("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big")
SALT = unb64("DGv6ra1nlYgDCS1FRnbzlw")
SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8w"
    "EqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_the_standard():
    assert b64(webpush.seal(WORDS, THEIRS, salt=SALT, private=PRIVATE)) == SEALED


def test_two_messages_are_never_sealed_alike():
    assert webpush.seal(WORDS, THEIRS) != webpush.seal(WORDS, THEIRS)


@pytest.mark.parametrize(
    "keys", [Keys("", ""), Keys("AAAA", THEIRS.auth), Keys(b64(b"\x04" + b"\x01" * 64), THEIRS.auth)]
)
def test_what_are_no_keys_seals_nothing(keys):
    with pytest.raises(webpush.NotSealable):
        webpush.seal(WORDS, keys)


def test_a_message_fits_one_record():
    assert len(webpush.seal(b"x" * webpush.LONGEST, THEIRS)) <= webpush.RECORD
    with pytest.raises(webpush.NotSealable):
        webpush.seal(b"x" * (webpush.LONGEST + 1), THEIRS)
