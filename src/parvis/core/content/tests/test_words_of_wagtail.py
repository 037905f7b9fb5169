"""What Wagtail says on our staff's screens: no «None» for what nobody did, and no «Créé(e)»."""

from pathlib import Path

import polib
import pytest
import wagtail
from django.template.loader import render_to_string
from django.utils import translation

from tests.architecture.test_translations import breaches, placeholders, translations

OURS = polib.pofile(str(Path(__file__).parent.parent / "locale/fr/LC_MESSAGES/django.po"))
THEIRS = [polib.pofile(str(file)) for file in Path(wagtail.__file__).parent.glob("**/locale/fr/LC_MESSAGES/django.po")]


def test_each_of_our_words_stands_for_one_of_wagtails() -> None:
    """What a new version says otherwise is seen here."""
    known = {(entry.msgctxt, entry.msgid, entry.msgid_plural) for file in THEIRS for entry in file}
    assert [entry.msgid for entry in OURS if (entry.msgctxt, entry.msgid, entry.msgid_plural) not in known] == []


@pytest.mark.parametrize("entry", OURS, ids=lambda entry: entry.msgid[:40])
def test_our_words_are_french_of_quebec(entry: polib.POEntry) -> None:
    for text in translations(entry):
        assert text and not breaches(text)
        assert "(e" not in text and "(tte" not in text
        assert placeholders(text) <= placeholders(entry.msgid) | placeholders(entry.msgid_plural)


def test_they_come_before_wagtails_own() -> None:
    with translation.override("fr"):
        assert translation.gettext("Created") == "Création"
        assert translation.ngettext("Used %(usage_count)s time", "Used %(usage_count)s times", 3) == (
            "%(usage_count)s utilisations"
        )
        assert translation.gettext("Workflows") != "", "what we do not say ourselves is still Wagtail's"


def test_what_no_person_did_is_the_systems() -> None:
    for said in ({"user": None, "username": ""}, {"user": None}):
        drawn = render_to_string("wagtailadmin/shared/user_avatar.html", said)
        assert "None" not in drawn
    assert "Nadia" in render_to_string("wagtailadmin/shared/user_avatar.html", {"user": None, "username": "Nadia"})
