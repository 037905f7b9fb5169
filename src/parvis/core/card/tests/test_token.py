"""The format of the card: read as it was written, by us and by a stranger's tool, and by nobody once it was changed."""

from datetime import timedelta

import base45
import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycose.keys import EC2Key
from pycose.messages import CoseMessage

from parvis.core.card import qr
from parvis.core.card.token import PREFIX, Claim, Form, Reading, Verdict, read

from .cards import ISSUER, KEY, KEYS, KID, NOW, PEM, TOWN, claims, code, new_key


def checked(text: str, **given_: object) -> Reading:
    return read(text, **{"keys": KEYS, "revoked": set(), "here": TOWN, "now": NOW, **given_})  # type: ignore[arg-type]


def test_a_code_is_read_as_it_was_written() -> None:
    reading = checked(code())
    assert reading.verdict is Verdict.GOOD
    assert dict(reading.claims) == claims()
    assert reading.mark == "0123456789abcdef"


def test_a_stranger_verifies_it_with_their_own_tools() -> None:
    """pycose and base45 from the package index: no code of ours but the picture's text."""
    message = CoseMessage.decode(base45.b45decode(code().removeprefix("PARVIS1:")))
    message.key = EC2Key(crv="P_256", x=KEY.x, y=KEY.y)
    assert message.verify_signature()
    payload = cbor2.loads(message.payload)
    assert (payload[1], payload[-70007], payload[-70003]) == (ISSUER, "Judith Moreau", True)
    _, other = new_key()
    message.key = EC2Key(crv="P_256", x=other.x, y=other.y)
    assert not message.verify_signature()


def test_it_is_a_few_hundred_bytes_in_the_alphanumeric_mode() -> None:
    text = code()
    assert len(text) < 400
    picture = qr.segno.make_qr(text, error="l", mask=qr.MASK, boost_error=False)
    assert picture.mode == "alphanumeric"
    assert picture.version <= 12
    assert qr.svg(text).startswith("<svg")


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("https://example.org", Verdict.NO_CARD),
        ("", Verdict.NO_CARD),
        (PREFIX, Verdict.ALTERED),
        (f"{PREFIX}not base 45", Verdict.ALTERED),
        (PREFIX + "A" * 3000, Verdict.ALTERED),
        (code() + " ", Verdict.ALTERED),
        (code(pem=new_key()[0]), Verdict.ALTERED),
        (code(kid=b"somebody"), Verdict.UNKNOWN),
        (code(issuer="https://other.example.org/town"), Verdict.ALTERED),
        (code(expires="soon"), Verdict.ALTERED),
        (code(code_id=b"short"), Verdict.ALTERED),
        (code(form=7), Verdict.ALTERED),
        (code(code_id=None), Verdict.ALTERED),
    ],
)
def test_what_is_no_card_of_ours_has_its_own_word(text: str, verdict: Verdict) -> None:
    assert checked(text).verdict is verdict


def test_each_refusal_has_its_own_word() -> None:
    tomorrow = NOW + timedelta(days=1)
    assert checked(code(), here="ailleurs").verdict is Verdict.ELSEWHERE
    assert checked(code(), revoked={"0123456789abcdef"}).verdict is Verdict.REVOKED
    assert checked(code(), now=NOW - timedelta(minutes=6)).verdict is Verdict.CLOCK
    assert checked(code(), now=NOW - timedelta(minutes=4)).verdict is Verdict.GOOD
    assert checked(code(), now=tomorrow).verdict is Verdict.OLD_PICTURE
    assert checked(code(form=Form.PAPER), now=tomorrow).verdict is Verdict.EXPIRED
    assert checked(code(resident=False), residents_only=True).verdict is Verdict.NOT_RESIDENT
    assert checked(code(resident=None), residents_only=True).verdict is Verdict.OTHER_SIDE
    assert checked(code(resident=1), residents_only=True).verdict is Verdict.NOT_RESIDENT


def test_the_same_claims_written_in_another_way_are_refused() -> None:
    data = base45.b45decode(code().removeprefix(PREFIX))
    protected, _, payload, signature = cbor2.loads(data).value
    untagged = cbor2.dumps([protected, {}, payload, signature])
    with_header = cbor2.dumps(cbor2.CBORTag(18, [protected, {4: KID}, payload, signature]))
    twice_tagged = b"\xd8\x3d" + data
    behind = data + b"\x00"
    long_head = data[:1] + b"\x98\x04" + data[2:]
    for changed in (untagged, with_header, twice_tagged, behind, long_head):
        assert checked(PREFIX + base45.b45encode(changed).decode()).verdict is Verdict.ALTERED


ONCE = [code(), code(form=Form.PAPER), code(resident=False), code(name=None, number=None, level=None)]
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A card that somebody changed: bits, bytes cut out, put in, doubled, two cards crossed, letters of the text."""
    card, other = draw(st.sampled_from(ONCE)), draw(st.sampled_from(ONCE))
    if draw(st.booleans()):
        letters = list(card)
        for _ in range(draw(st.integers(1, 4))):
            letters[draw(st.integers(len(PREFIX), len(letters) - 1))] = draw(st.sampled_from(LETTERS))
        return "".join(letters)
    data = bytearray(base45.b45decode(card.removeprefix(PREFIX)))
    theirs = base45.b45decode(other.removeprefix(PREFIX))
    at = draw(st.integers(0, len(data) - 1))
    match draw(st.sampled_from(["bits", "cut", "put", "double", "cross", "signature"])):
        case "bits":
            for _ in range(draw(st.integers(1, 5))):
                data[draw(st.integers(0, len(data) - 1))] ^= 1 << draw(st.integers(0, 7))
        case "cut":
            del data[at : at + draw(st.integers(1, 8))]
        case "put":
            data[at:at] = draw(st.binary(min_size=1, max_size=8))
        case "double":
            data[at:at] = data[at : at + draw(st.integers(1, 40))]
        case "cross":
            data[at:] = theirs[at:]
        case "signature":
            data[-64:] = draw(st.one_of(st.binary(min_size=64, max_size=64), st.just(bytes(64)), st.just(theirs[-64:])))
    return PREFIX + base45.b45encode(bytes(data)).decode()


@pytest.mark.slow
@settings(max_examples=10_000)
@given(mutated())
def test_none_of_ten_thousand_mutated_cards_is_accepted(text: str) -> None:
    if text not in ONCE:
        assert checked(text).verdict is not Verdict.GOOD


@given(st.dictionaries(st.sampled_from(list(Claim)), st.one_of(st.integers(), st.text(), st.binary(), st.none())))
@settings(max_examples=300)
def test_whatever_a_forger_writes_is_answered_and_not_accepted(forged: dict[Claim, object]) -> None:
    from parvis.core.card.token import sign

    text = sign({int(name): value for name, value in forged.items()}, kid=KID, private_pem=new_key()[0])
    assert checked(text).verdict is Verdict.ALTERED
    assert PEM not in text
