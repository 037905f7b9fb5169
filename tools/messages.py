"""The translations: gathered from the sources, checked, and compiled for Django.

    python tools/messages.py update     bring src/parvis/locale/*/LC_MESSAGES/django.po up to date (`make messages`)
    python tools/messages.py compile    write the .mo files beside them, when they are older (every set-up does)

Only `update` needs GNU gettext. Texts of scripts come from templates, so Python, HTML and text files are all.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "parvis"
LOCALES = PACKAGE / "locale"
LANGUAGES = ("fr", "es")
PLURALS = {"fr": "nplurals=2; plural=(n > 1);", "es": "nplurals=2; plural=(n != 1);"}
KINDS = ("py", "html", "txt")
IGNORED = ("tests", "static", "node_modules", "migrations", "locale", "__pycache__", "data")


class Missing(Exception):
    """GNU gettext is not installed; the message says what to do."""


def catalogue_file(language, domain="django"):
    """Where the translations into a language are kept: of pages, or (`djangojs`) of Wagtail's scripts."""
    return LOCALES / language / "LC_MESSAGES" / f"{domain}.po"


def catalogues():
    """Yield (language, .po file): the house's two, then those that packages bring in their own folder `locale`."""
    folders = [
        PACKAGE / "core",
        PACKAGE / "modules",
        *map(Path, filter(None, os.environ.get("PARVIS_MODULES_PATH", "").split(os.pathsep))),
    ]
    for language in LANGUAGES:
        yield language, catalogue_file(language)
        yield language, catalogue_file(language, "djangojs")
        for folder in folders:
            for source in sorted(folder.glob(f"*/locale/{language}/LC_MESSAGES/django.po")):
                yield language, source


def compile_all():
    """Write the .mo file of each .po file that is newer. Returns the languages written."""
    written = []
    for language, source in catalogues():
        target = source.with_suffix(".mo")
        if not source.exists():
            continue
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        _compile(source, target, language)
        written.append(language)
    return written


def _compile(source, target, language):
    """Compile one file. The result appears whole or not at all: several processes may do this at once."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as stream:
        catalogue = read_po(stream, locale=language, abort_invalid=True)
    descriptor, temporary = tempfile.mkstemp(dir=target.parent, suffix=".part")
    with os.fdopen(descriptor, "wb") as stream:
        write_mo(stream, catalogue)
    Path(temporary).chmod(0o644)
    Path(temporary).replace(target)


def extract():
    """Return the messages of the sources, a polib.POFile without translations, in the order of the files.

    The sources are read from a copy: Django's extraction writes intermediate files beside templates.
    Raises Missing when GNU gettext is not installed.
    """
    import polib

    if shutil.which("xgettext") is None:
        raise Missing("Translations are gathered with GNU gettext. On Debian or Ubuntu: apt-get install gettext.")
    with tempfile.TemporaryDirectory() as folder:
        _copy_sources(Path(folder))
        (Path(folder) / "locale").mkdir()
        options = ["--no-wrap", "--keep-pot", "--add-location", "file", "-e", ",".join(KINDS)]
        command = [sys.executable, "-m", "django", "makemessages", "-l", "en", "-v", "0", *options]
        environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"The messages cannot be gathered:\n{done.stdout}{done.stderr}")
        return polib.pofile(str(Path(folder) / "locale" / "django.pot"), wrapwidth=0)


def _copy_sources(folder):
    """Copy the files that may hold messages."""
    for file in sorted(PACKAGE.rglob("*")):
        inside = file.relative_to(PACKAGE)
        if file.suffix[1:] not in KINDS or set(inside.parts) & set(IGNORED) or not file.is_file():
            continue
        target = folder / "parvis" / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)


def key(entry):
    """What makes a message the same one: its context and its English."""
    return (entry.msgctxt, entry.msgid)


def merged(messages, known, language):
    """Return the messages of the sources with the translations known so far; those no longer used are left out."""
    import polib

    result = polib.POFile(wrapwidth=0)
    result.metadata = {
        "Project-Id-Version": "Parvis",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
    }
    former = {key(entry): entry for entry in known if not entry.obsolete}
    for message in messages:
        entry = polib.POEntry(msgctxt=message.msgctxt, msgid=message.msgid, msgid_plural=message.msgid_plural)
        entry.comment = message.comment
        entry.flags = [flag for flag in message.flags if flag != "fuzzy"]
        entry.occurrences = sorted({(file, "") for file, _line in message.occurrences})
        old = former.get(key(message))
        if message.msgid_plural:
            plurals = old.msgstr_plural if old is not None and old.msgid_plural == message.msgid_plural else {}
            entry.msgstr_plural = plurals or {0: "", 1: ""}
        elif old is not None and not old.msgid_plural:
            entry.msgstr = old.msgstr
        result.append(entry)
    return result


def update():
    """Bring the .po file of each language up to date and say what is left to translate."""
    import polib

    messages = extract()
    for language in LANGUAGES:
        file = catalogue_file(language)
        file.parent.mkdir(parents=True, exist_ok=True)
        known = polib.pofile(str(file), wrapwidth=0) if file.exists() else []
        result = merged(messages, known, language)
        result.save(str(file))
        left = len([entry for entry in result if not entry.translated()])
        print(f"{language}: {len(result)} messages, {left} to translate")


def main(arguments):
    """Run one of the two commands. Returns the exit status."""
    if arguments == ["compile"]:
        compile_all()
        return 0
    if arguments != ["update"]:
        print(__doc__)
        return 2
    try:
        update()
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
