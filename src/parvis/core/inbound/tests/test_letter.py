"""Read letters: ordinary ones, broken ones, and those written to do harm. Nothing here needs a database."""

import base64
import io
import time
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.core.inbound.letter import Unreadable, read
from parvis.core.inbound.words import text_of_html, without_quotes

from .letters import PDF, PNG, letter, raw, report

BETWEEN = "Le 1 juin, Ville a écrit :\n> un ?\nOui\n> deux ?\nNon"


def test_an_ordinary_letter():
    found = read(raw(files=(("plan.pdf", "application/pdf", PDF),)))
    assert (found.sender, found.name, found.subject) == ("lise@example.test", "Lise Roy", "Lampadaire éteint")
    assert found.text.startswith("Bonjour,\n\nLe lampadaire devant chez nous est éteint.")
    assert [(file.name, file.body) for file in found.attachments] == [("plan.pdf", PDF)]
    assert found.language == "fr" and not found.is_automatic and "mairie@example.test" in found.addressed


def test_the_same_letter_has_the_same_key_whatever_way_it_came():
    one, two = raw(), b"Received: from a by b; now\r\n" + raw()
    assert read(one).key == read(two).key != read(raw(message_id="<deux@example.test>")).key
    bare = raw(message_id="")
    assert read(bare).key == read(b"Received: x\n" + bare).key != read(raw("Autre chose", message_id="")).key
    assert read(one).key != read(raw(sender="un.autre@example.test")).key


def test_html_becomes_text_and_the_plain_form_wins():
    html = "<style>p{}</style><p>Le <b>lampadaire</b></p><ul><li>un<li>deux</ul><script>x()</script>fin&nbsp;&eacute;"
    assert text_of_html(html) == "Le lampadaire\n\n- un\n- deux\nfin é"
    assert "x()" not in text_of_html(html) and "p{}" not in text_of_html(html)
    both = read(raw("En clair", html="<p>En couleurs</p>"))
    assert both.text == "En clair"
    only = letter(" ", html="<p>En couleurs</p>")
    assert read(only.as_bytes()).text == "En couleurs"


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        ("Oui, merci.\n\nLe 1 juin 2026 à 10:00, Ville <a@b.c> a écrit :\n> Est-ce réglé ?\n> La ville", "Oui, merci."),
        ("Yes.\n\nOn Mon, Jun 1, 2026 at 10:00 AM Town\n<re+abc@b.c> wrote:\n\n> Is it solved?", "Yes."),
        ("Sí.\n\nEl lun, 1 jun 2026, Pueblo <a@b.c> escribió:\n> ¿Ya?", "Sí."),
        ("Merci\n\n-----Message d'origine-----\nDe : Ville\nEst-ce réglé ?", "Merci"),
        ("Merci\n\nDe : Ville <a@b.c>\nEnvoyé : 1 juin\nObjet : x\n\nEst-ce réglé ?", "Merci"),
        ("Merci\n\n> tout\n> est cité", "Merci"),
        ("> seulement cité", "> seulement cité"),
        (BETWEEN, BETWEEN),
        ("De toute façon,\nle trou est là", "De toute façon,\nle trou est là"),
    ],
)  # fmt: skip
def test_an_answer_loses_what_it_quotes_and_nothing_else(answer, kept):
    assert without_quotes(answer) == kept


@pytest.mark.parametrize(
    ("charset", "body"),
    [("utf-8", "é".encode()), ("iso-8859-1", "é".encode("latin-1")), ("x-unheard-of", "é".encode()),
     ("utf-8", "é".encode("latin-1")), ("utf-7\0", "é".encode()), ("idna", "é".encode()), ("hex", "é".encode())],
)  # fmt: skip
def test_any_charset_even_none_that_exists(charset, body):
    head = f"From: a@b.test\r\nContent-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    assert read(head.encode() + b"caf" + body).text == "café"


def test_a_subject_in_every_way_it_is_written():
    for line, subject in (
        (b"=?utf-8?q?Tr=C3=A8s_grand_trou?=", "Très grand trou"),
        ("Très grand trou".encode(), "Très grand trou"),
        ("Très grand trou".encode("latin-1"), "Très grand trou"),
        (b"=?utf-8?b?!!!?= trou", None),
        (b"=?nope?q?x?= trou", None),
    ):
        found = read(b"From: a@b.test\r\nSubject: " + line + b"\r\n\r\nx").subject
        assert found == subject if subject else "trou" in found


def test_a_name_cannot_turn_round_the_line_or_hold_a_second_one():
    found = read(b"From: =?utf-8?q?Mairie=E2=80=AE_=0D=0ABcc=3A_x?= <a@b.test>\r\n\r\nx")
    assert "\u202e" not in found.name and "\n" not in found.name and found.sender == "a@b.test"


@pytest.mark.parametrize(
    "headers",
    [{"Auto-Submitted": "auto-replied"}, {"Auto-Submitted": "auto-generated (x)"}, {"Precedence": "bulk"},
     {"Precedence": "List"}, {"List-Id": "<nouvelles.test>"}, {"List-Unsubscribe": "<https://x.test>"},
     {"X-Autoreply": "yes"}],
)  # fmt: skip
def test_machines_are_known(headers):
    assert read(raw(headers=headers)).is_automatic
    assert not read(raw(headers={"Auto-Submitted": "no"})).is_automatic


def test_a_letter_that_goes_round_in_circles():
    assert read(b"Received: from a by b\r\n" * 60 + raw()).is_automatic


def test_a_report_of_what_came_back():
    for headers_only in (True, False):
        found = read(report("<abc@ici.test>", headers_only=headers_only))
        assert found.is_returned
        assert [(b.message_id, b.detail) for b in found.bounces] == [("<abc@ici.test>", "5.1.1 smtp; 550 no such user")]
    assert not read(report("<abc@ici.test>", action="delayed")).bounces


def test_a_letter_in_a_letter_is_not_opened():
    outer, inner = letter(), letter("secret", subject="Vieux courriel", files=(("a.pdf", "application/pdf", PDF),))
    outer.add_attachment(inner)
    found = read(outer.as_bytes())
    assert "secret" not in found.text
    [only] = found.attachments
    assert only.is_letter and only.name.endswith(".eml") and only.body == b""


def test_a_bomb_stays_packed():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\0" * 50_000_000)
    begun = time.perf_counter()
    [file] = read(raw(files=(("photos.zip", "application/zip", packed.getvalue()),))).attachments
    assert len(file.body) == len(packed.getvalue()) and time.perf_counter() - begun < 2


def test_small_pictures_of_a_signature_are_left_out():
    message = letter(html="<p>Bonjour</p><img src=cid:logo>")
    message.get_payload()[1].add_related(PNG, "image", "png", cid="<logo>", disposition="inline", filename="logo.png")
    assert not read(message.as_bytes()).attachments


@pytest.mark.parametrize(
    "bad",
    [b"", b"\r\n\r\n", b"From: a@b.test\r\nX: " + b"x" * 600_000 + b"\r\n\r\nx", b"x: " * 300_000,
     b"".join(b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n) for n in range(500))],
    ids=["nothing", "blank", "an endless header", "an endless line", "nested without end"],
)  # fmt: skip
def test_what_is_no_letter_is_refused_quickly(bad):
    begun = time.perf_counter()
    with pytest.raises(Unreadable):
        read(bad)
    assert time.perf_counter() - begun < 2


@pytest.mark.parametrize(
    "odd",
    [
        b"From: a@b.test\nContent-Type: multipart/mixed\n\nno boundary",
        b"From: a@b.test\nContent-Type: multipart/mixed; boundary=x\n\n--x",
        b"From: a@b.test\nContent-Type: text/plain; charset*=utf-8''%FF\n\nx",
        b"From: a@b.test\nContent-Type: ;;;===\nContent-Disposition: attachment; filename*0*=bad''%%\n\nx",
        b"From: a@b.test\nContent-Transfer-Encoding: base64\n\n!!!!",
        b"From: a@b.test\nContent-Type: message/rfc822\n\nSubject: in\n\nx",
        b"From: a@b.test, c@d.test\nDate: never\n\nx",
        b"From: \xff\xfe <a@b.test>\n\nx",
        b"From: a@b.test\nMessage-ID: \xff<\n\nx",
        b"From: a@b.test\nContent-Type: message/delivery-status\n\nx: y\n\nz: w",
    ],
)
def test_odd_ones_are_read_all_the_same(odd):
    assert read(odd).sender == "a@b.test"


def test_no_date_no_subject_no_sender():
    found = read(b"To: x@y.test\r\n\r\nTrou")
    assert (found.sender, found.subject, found.text) == ("", "", "Trou")


@given(st.binary(max_size=3000))
def test_any_bytes_are_read_or_refused(body):
    for head in (b"", b"From: a@b.test\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"):
        try:
            found = read(head + body)
        except Unreadable:
            continue
        assert "\0" not in found.text and "\n" not in found.subject and len(found.key) == 64


@given(st.text(max_size=400), st.text(max_size=60))
def test_any_words_come_through(text, name):
    body = base64.b64encode(text.encode("utf-8", "replace")).decode()
    head = "From: a@b.test\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    found = read((head + body).encode())
    assert "\0" not in found.answer
    without_quotes(text_of_html(text))
