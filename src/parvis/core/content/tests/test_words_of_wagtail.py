"""What Wagtail says to our staff: all of it in their language, no «None» for what nobody did, and no «Créé(e)»."""

import json
import re
import subprocess
from functools import cache
from pathlib import Path

import polib
import pytest
from django.apps import apps
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation
from wagtail.admin.views.i18n import js_catalog

from tests.architecture.test_translations import breaches, placeholders, translations
from tools import messages

OUR_WORDS = Path(__file__).parent.parent / "locale"
DOMAINS = ["django", "djangojs"]
TAG = re.compile(r"</?\w[^>]*>")


@cache
def ours(language: str, domain: str = "django") -> polib.POFile:
    """Our words for Wagtail's; Django reads those of scripts from the house's folder, which need not hold any."""
    file = OUR_WORDS / language / "LC_MESSAGES/django.po"
    if domain == "djangojs":
        file = messages.catalogue_file(language, domain)
    return polib.pofile(str(file)) if file.exists() else polib.POFile()


@cache
def theirs(language: str, domain: str = "django") -> list[polib.POEntry]:
    """What the parts of Wagtail that are installed say in a language; in English, all they say."""
    parts = [Path(part.path) for part in apps.get_app_configs() if part.name.partition(".")[0] == "wagtail"]
    files = [file for part in parts if (file := part / f"locale/{language}/LC_MESSAGES/{domain}.po").exists()]
    return [entry for file in files for entry in polib.pofile(str(file)) if not entry.obsolete]


def key(entry: polib.POEntry) -> tuple[str | None, str, bool]:
    """What gettext finds a text by: of one that counts, its singular."""
    return entry.msgctxt, entry.msgid, bool(entry.msgid_plural)


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_everything_wagtail_says_is_translated(language: str, domain: str) -> None:
    """By Wagtail, or by us. A new version that says something new is seen here."""
    said = {key(entry) for entry in [*theirs(language, domain), *ours(language, domain)] if entry.translated()}
    asked = theirs("en", domain)
    assert asked
    left = sorted({entry.msgid for entry in asked if key(entry) not in said})
    assert left == [], f"{len(left)} to translate in {language}"


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_each_of_our_words_stands_for_one_of_wagtails(language: str, domain: str) -> None:
    """What a new version says otherwise is seen here."""
    known = {(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in theirs("en", domain)}
    assert [e.msgid for e in ours(language, domain) if (e.msgctxt, e.msgid, e.msgid_plural) not in known] == []


@pytest.mark.parametrize("entry", ours("fr"), ids=lambda entry: entry.msgid[:40])
def test_our_words_are_french_of_quebec(entry: polib.POEntry) -> None:
    for text in translations(entry):
        assert text and not breaches(text)
        assert "(e" not in text and "(tte" not in text
        assert placeholders(text) <= placeholders(entry.msgid) | placeholders(entry.msgid_plural)


@pytest.mark.parametrize("domain", DOMAINS)
def test_our_spanish_keeps_what_is_filled_in_and_every_tag(domain: str) -> None:
    for entry in ours("es", domain):
        pairs = zip([entry.msgid, entry.msgid_plural or entry.msgid], translations(entry), strict=False)
        for english, spanish in pairs:
            assert spanish and "(a)" not in spanish
            assert placeholders(spanish) == placeholders(english), english
            assert sorted(TAG.findall(spanish)) == sorted(TAG.findall(english)), english


@pytest.mark.parametrize("domain", DOMAINS)
def test_gettext_finds_no_fault_in_our_spanish(domain: str) -> None:
    command = ["msgfmt", "--check", "-o", "/dev/null", str(ours("es", domain).fpath)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_they_come_before_wagtails_own() -> None:
    with translation.override("fr"):
        assert translation.gettext("Created") == "Création"
        assert translation.ngettext("Used %(usage_count)s time", "Used %(usage_count)s times", 3) == (
            "%(usage_count)s utilisations"
        )
        assert translation.gettext("Workflows") != "", "what we do not say ourselves is still Wagtail's"


def test_spanish_is_not_filled_up_with_french() -> None:
    """What a language lacks, Django takes from the first one, which is French here."""
    with translation.override("es"):
        assert translation.gettext("Keyboard shortcuts") == "Atajos de teclado"
        assert translation.ngettext("Referenced %(count)s time", "Referenced %(count)s times", 3) == (
            "%(count)s referencias"
        )
        assert translation.gettext("Dashboard") == "Panel de control", "Wagtail's own Spanish stays"


def test_scripts_speak_spanish_too() -> None:
    with translation.override("es"):
        script = js_catalog(RequestFactory().get("/")).content.decode()
    found = re.search(r"const newcatalog = (\{.*?\n  \});", script, re.DOTALL)
    assert found
    words = json.loads(found[1])
    assert words["Search options…"] == "Buscar una opción…"
    assert words["%(num)s error"] == ["%(num)s error", "%(num)s errores"]
    assert words["Save"] == "Guardar", "Wagtail's own Spanish stays"


def test_what_no_person_did_is_the_systems() -> None:
    for said in ({"user": None, "username": ""}, {"user": None}):
        drawn = render_to_string("wagtailadmin/shared/user_avatar.html", said)
        assert "None" not in drawn
    assert "Nadia" in render_to_string("wagtailadmin/shared/user_avatar.html", {"user": None, "username": "Nadia"})
