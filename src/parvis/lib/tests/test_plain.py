"""Comparable text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.lib import plain


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("  Élève  ", "eleve"),
        ("Cœur-de-l’Île", "coeur-de-l'ile"),
        ("L‘Œuvre", "l'oeuvre"),
        ("a\u2013b\u2011c", "a-b-c"),
        ("10½", "10 1/2"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("Ñandú", "nandu"),
        ("İstanbul", "istanbul"),
        ("", ""),
    ],
)
def test_folds(typed, folded):
    assert plain.fold(typed) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert plain.fold(plain.fold(text)) == plain.fold(text)


@given(st.text(alphabet=st.characters(max_codepoint=0x24F)))
def test_case_never_matters_in_latin(text):
    assert plain.fold(text.upper().lower()) == plain.fold(text.lower().upper().lower())


def test_key_joins_words_of_any_script():
    assert plain.key("St-Jean, d'Amours!") == "st jean d amours"
    assert plain.key("Москва 12") == "москва 12"
