"""Answers kept ready, filled for one case in the language of whoever reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from parvis.core.cases import blanks
from parvis.core.cases.kinds import kind_of
from parvis.core.cases.models import CannedAnswer, Case
from parvis.core.identity.models import Person
from parvis.core.tenancy.here import territory_here
from parvis.core.tenancy.models import Territory

# The blanks every kind of case fills; a kind adds its own in the manifest (`CaseKind.blanks`).
BLANKS = {
    "prenom": _("first name"),
    "nom": _("whole name"),
    "code": _("code of the request"),
    "lieu": _("place"),
    "date": _("day of the request"),
    "promesse": _("promised day"),
    "aujourdhui": _("today"),
    "municipalite": _("name of the municipality"),
    "telephone": _("its telephone"),
    "equipe": _("team that looks after it"),
}


@dataclass(frozen=True, slots=True)
class Ready:
    """An answer as it would be sent for one case; `language` is the one it is in, `wished` the reader's own."""

    id: UUID
    name: str
    text: str
    language: str
    wished: str


def blanks_of(kind: str) -> dict[str, str]:
    """Return the names a text may hold for a kind of case (all kinds: what every kind fills), with what each means."""
    known = {name: str(label) for name, label in BLANKS.items()}
    return known | ({name: str(label) for name, label in kind_of(kind).blanks.items()} if kind else {})


def language_of(case: Case) -> str:
    """Return the language in which the person of a case reads."""
    person = Person.objects.filter(pk=case.person_id).first() if case.person_id else None
    return person.language if person else case.language


def values_of(case: Case, language: str) -> dict[str, str]:
    """Return what fills the blanks for a case, in a language; without a value, an empty text."""
    person = Person.objects.filter(pk=case.person_id).first() if case.person_id else None
    name = (person.name if person else case.contact_name).strip()
    territory = territory_here(case.territory_id)
    kind = kind_of(case.kind)
    with translation.override(language), timezone.override(territory.timezone):

        def day(moment: datetime | None) -> str:
            return date_format(timezone.localtime(moment), "j F Y") if moment else ""

        return {
            "prenom": name.split()[0] if name else "",
            "nom": name,
            "code": case.code,
            "lieu": case.place,
            "date": day(case.opened_at),
            "promesse": day(case.due_at),
            "aujourdhui": day(timezone.now()),
            "municipalite": territory.name,
            "telephone": territory.phone,
            "equipe": case.team.name if case.team else "",
            **(kind.fill(case, language) if kind.fill else {}),
        }


def sample_values(kind: str, language: str, territory: Territory) -> Mapping[str, str]:
    """Return what fills the blanks of a preview."""
    with translation.override(language):
        today = date_format(timezone.localtime(timezone.now()), "j F Y")
    values = {
        "prenom": "Monique",
        "nom": "Monique Tremblay",
        "code": "VP-4821",
        "lieu": "47, rue Principale",
        "date": today,
        "promesse": today,
        "aujourdhui": today,
        "municipalite": territory.name,
        "telephone": territory.phone,
        "equipe": "Travaux publics",
    }
    return {name: values.get(name) or f"[{name}]" for name in blanks_of(kind)}


def ready_answers(case: Case) -> list[Ready]:
    """Return the answers that suit a case, filled, in the language of its person."""
    kind = kind_of(case.kind)
    topic = kind.topic_of(case) if kind.topic_of else ""
    rows = CannedAnswer.objects.filter(is_active=True, kind__in=["", case.kind])
    suiting = [row for row in rows if not row.topics or topic in row.topics]
    if not suiting:
        return []
    wished, values = language_of(case), {}
    ready = []
    for row in suiting:
        text, language = row.text_in(wished)
        if language not in values:
            values[language] = values_of(case, language)
        ready.append(Ready(row.pk, row.name, blanks.fill(text, values[language]), language, wished))
    return ready
