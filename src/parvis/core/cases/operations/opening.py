"""Open a case, and put right what it says about whom and where."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from parvis.core.cases import queries, rules
from parvis.core.cases.models import Case
from parvis.core.identity.models import Person, Team
from parvis.lib import phone as telephone
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, gettext_noop, require
from parvis.lib.ids import new_code

from .clock import due_moment
from .history import write_history


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach somebody who has no account: personal data, kept on the case and erased with it."""

    name: str = ""
    email: str = ""
    phone: str = ""
    language: str = "fr"

    def cleaned(self) -> "Contact":
        """Return the contact with its number in E.164 and its address checked. Raises Invalid with its field."""
        email, number = self.email.strip().lower(), self.phone.strip()
        if email:
            try:
                validate_email(email)
            except ValidationError:
                raise Invalid(gettext_noop("This e-mail address is not complete."), field="email")
        if number:
            try:
                number = telephone.parse(number)
            except telephone.InvalidPhone:
                raise Invalid(gettext_noop("This telephone number is not complete."), field="phone")
        return Contact(self.name.strip()[:120], email, number, self.language)


@dataclass(frozen=True, slots=True)
class About:
    """What a case is about, as the work list shows it, and where (WGS 84 degrees)."""

    subject: str
    place: str
    lat: float
    lon: float


@transaction.atomic
def open_case(
    *,
    actor: Actor,
    kind: str,
    subject: str,
    now: datetime,
    person: Person | UUID | None = None,
    contact: Contact | None = None,
    district_id: UUID | None = None,
    team: Team | None = None,
    place: str = "",
    lat: float | None = None,
    lon: float | None = None,
    due_days: int | None = None,
) -> Case:
    """Open a case of a kind (a module's name) and return it.

    `person` is whose case it is: by default the one the actor acts for; None with a visitor means nobody known, who can
    leave a `contact`. `due_days` is the promised delay in working days (the territory's own by default, 0 for the same
    day). Raises NotAllowed, Invalid.
    """
    person_id = _beneficiary(actor) if person is None else person.pk if isinstance(person, Person) else person
    require(rules.can_open(actor, kind=kind, person_id=person_id))
    if not subject.strip():
        raise Invalid(gettext_noop("Say in a few words what it is about."), field="subject")
    known = (contact or Contact()).cleaned()
    days = queries.options().default_delay_days if due_days is None else due_days
    case = Case(
        territory_id=actor.territory_id,
        code=free_codes(1)[0],
        kind=kind,
        subject=subject.strip()[:200],
        person_id=person_id,
        contact_name=known.name,
        contact_email=known.email,
        contact_phone=known.phone,
        language=known.language,
        channel=actor.channel,
        district_id=district_id,
        team=team,
        place=place[:200],
        lat=lat,
        lon=lon,
        opened_at=now,
        due_days=days,
    )
    case.due_at = due_moment(case)
    case.search_text = queries.search_text(case)
    case.save(force_insert=True)
    write_history(actor=actor, case=case, name="opened", now=now)
    return case


def _beneficiary(actor: Actor) -> UUID | None:
    """Staff who take a call from somebody nobody knows open the case for nobody, not for themselves."""
    if actor.for_person_id is not None:
        return actor.for_person_id
    return actor.person_id if actor.channel in {"web", "partner"} else None


def free_codes(count: int) -> list[str]:
    """Return so many codes that no case here bears."""
    codes: set[str] = set()
    while len(codes) < count:
        fresh = {new_code() for _ in range(count - len(codes))}
        codes |= fresh - set(Case.objects.filter(code__in=fresh).values_list("code", flat=True))
    return list(codes)


@transaction.atomic
def settle_case(
    *,
    actor: Actor,
    case: Case,
    now: datetime,
    team: Team | None,
    district_id: UUID | None,
    due_days: int,
    about: About | None = None,
    kind: str = "",
) -> Case:
    """Give a case that came from elsewhere its team, its district and the promise of its kind.

    `about`, once it is known what it is and where: a mail says neither in a way a list could show; `kind`, when it is
    known to belong to another service than it came to. The promise is told by the module that settles the case. Raises
    NotAllowed.
    """
    require(rules.can_work(actor, case))
    if kind and kind != case.kind:
        write_history(actor=actor, case=case, name="became", now=now, is_internal=True, was=case.kind, becomes=kind)
        case.kind = kind
    case.team, case.district_id, case.due_days = team, district_id, due_days
    if about is not None:
        case.subject, case.place = about.subject[:200], about.place[:200]
        case.lat, case.lon = about.lat, about.lon
        case.search_text = queries.search_text(case)
    case.due_at = due_moment(case)
    known = ["kind", "subject", "place", "lat", "lon", "search_text"]
    case.save(update_fields=["team", "district_id", "due_days", "due_at", *(known if about else [])])
    write_history(actor=actor, case=case, name="promised", now=now, is_internal=True, days=due_days, quiet=True)
    return case


@transaction.atomic
def rename_case(*, actor: Actor, case: Case, subject: str, now: datetime) -> Case:
    """Change the summary that staff read. Raises NotAllowed, Invalid."""
    require(rules.can_work(actor, case))
    if not subject.strip():
        raise Invalid(gettext_noop("Say in a few words what it is about."), field="subject")
    case.subject = subject.strip()[:200]
    case.search_text = queries.search_text(case)
    Case.objects.filter(pk=case.pk).update(subject=case.subject, search_text=case.search_text)
    write_history(actor=actor, case=case, name="renamed", now=now, is_internal=True)
    return case


@transaction.atomic
def move_case(
    *,
    actor: Actor,
    case: Case,
    now: datetime,
    place: str,
    lat: float | None = None,
    lon: float | None = None,
    district_id: UUID | None = None,
) -> Case:
    """Put right where it is. Raises NotAllowed."""
    require(rules.can_work(actor, case))
    case.place, case.lat, case.lon, case.district_id = place[:200], lat, lon, district_id
    case.search_text = queries.search_text(case)
    case.save(update_fields=["place", "lat", "lon", "district_id", "search_text"])
    write_history(actor=actor, case=case, name="moved", now=now)
    return case
