"""Documents on paper: printed in a process of its own, with the house's font."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from parvis.core.ui import paper, vite

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
TEMPLATE = """
#let said = json(bytes(sys.inputs.data))
#set document(title: said.title)
#set text(font: ("Atkinson Hyperlegible Next", "Libertinus Serif"), lang: "fr")
= #said.title
"""


def test_what_people_typed_is_never_markup(tmp_path: Path) -> None:
    template = tmp_path / "one.typ"
    template.write_text(TEMPLATE)
    printed = paper.pdf(template, {"title": '#panic("no")'}, now=NOW)
    assert printed.startswith(b"%PDF-")
    assert printed == paper.pdf(template, {"title": '#panic("no")'}, now=NOW)
    if vite.built_files(".woff2"):
        assert b"AtkinsonHyperlegible" in printed


def test_a_picture_without_words_is_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    template = tmp_path / "one.typ"
    template.write_text(TEMPLATE + '#image(bytes("<svg xmlns=\'http://www.w3.org/2000/svg\'/>"), format: "svg")')
    with pytest.raises(subprocess.CalledProcessError):
        paper.pdf(template, {"title": "Un mois"}, now=NOW)
    assert "alt" in capfd.readouterr().err
