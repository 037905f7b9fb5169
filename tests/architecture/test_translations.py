"""Every text people see is translated, with its placeholders, and French keeps Quebec's typography."""

import re
import shutil
import subprocess
from functools import cache

import polib
import pytest

from tools import messages

NBSP = "\u00a0"
PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[sdf]|\{\{?\s*[\w.]+\s*\}?\}")
# What French typography of Quebec refuses, and what it asks for instead.
BREACHES = {
    "a space before ; ! or ? (none is written)": re.compile(rf"[ {NBSP}\u202f][;!?](?:\s|$)"),
    "a colon without a no-break space before it": re.compile(rf"(?<![{NBSP}\d:]):(?=\s|$)"),
    "« without a no-break space after it": re.compile(rf"«(?!{NBSP})"),
    "» without a no-break space before it": re.compile(rf"(?<!{NBSP})»"),
    "English quotation marks: write « »": re.compile(r"[“”]|(?<![=\w])\"[^\"<>=]+\"(?![\w>])"),
    "a curly apostrophe: the house writes '": re.compile("[‘’]"),
    "three full stops: write …": re.compile(r"\.\.\."),
    "% or $ without a no-break space before it": re.compile(r"(?:\d|\)[sd]) ?(?:\$|%%)(?!\()"),
    "two spaces": re.compile(r"(?<!\n)  +(?! )"),
}


@cache
def catalogue(language: str) -> polib.POFile:
    return polib.pofile(str(messages.catalogue_file(language)), wrapwidth=0)


@cache
def gathered() -> polib.POFile:
    return messages.extract()


def translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def placeholders(text: str) -> set[str]:
    return {match.group(0) for match in PLACEHOLDER.finditer(text)}


def breaches(text: str) -> list[str]:
    """Return what is wrong in a French text."""
    return [name for name, pattern in BREACHES.items() if pattern.search(text)]


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_every_message_of_the_sources_is_in_the_catalogue(language: str) -> None:
    known = {messages.key(entry) for entry in catalogue(language)}
    missing = [entry.msgid for entry in gathered() if messages.key(entry) not in known]
    assert missing == [], "run `make messages`, then translate"


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_every_message_is_translated(language: str) -> None:
    left = [entry.msgid for entry in catalogue(language) if not entry.translated()]
    assert left == [], f"{len(left)} to translate"


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_placeholders_are_kept(language: str) -> None:
    wrong = []
    for entry in catalogue(language):
        allowed = placeholders(entry.msgid) | placeholders(entry.msgid_plural)
        for number, text in enumerate(translations(entry)):
            # A singular may leave its number out ("one day left"); nothing may be invented or lost otherwise.
            wanted = placeholders(entry.msgid_plural or entry.msgid) if number else placeholders(entry.msgid)
            if text and not wanted <= placeholders(text) <= allowed:
                wrong.append((entry.msgid, text))
    assert wrong == []


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_gettext_finds_no_fault(language: str) -> None:
    """Line breaks at both ends, formats and plural forms, as GNU gettext sees them."""
    assert shutil.which("msgfmt"), "apt-get install gettext"
    command = ["msgfmt", "--check", "-o", "/dev/null", str(messages.catalogue_file(language))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_french_keeps_the_typography_of_quebec() -> None:
    wrong = [(text, found) for e in catalogue("fr") for text in translations(e) if (found := breaches(text))]
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "Vraiment ?",
        "Attention !",
        "Votre ville : Danville",
        "Votre ville: Danville",
        "« Danville »",
        f"«{NBSP}Danville »",
        'Choisissez "Danville"',
        "L’adresse",
        "Un instant...",
        "Deux  espaces",
        "%(count)s %% des demandes",
        "100 $",
    ],
)
def test_a_breach_of_typography_is_seen(text: str) -> None:
    assert breaches(text), text


@pytest.mark.parametrize(
    "text",
    [
        f"Votre ville{NBSP}: «{NBSP}Danville{NBSP}»!",
        "Vraiment? Oui; à 10:30.",
        '<a href="https://parvis.example/" class="x y">L\'adresse</a>',
        f"%(count)s{NBSP}%% des demandes",
    ],
)
def test_good_typography_is_left_alone(text: str) -> None:
    assert breaches(text) == []


def test_french_counts_zero_as_singular() -> None:
    assert "n > 1" in catalogue("fr").metadata["Plural-Forms"]
    assert "n != 1" in catalogue("es").metadata["Plural-Forms"]
