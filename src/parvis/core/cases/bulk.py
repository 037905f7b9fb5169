"""What can be done to many cases at once: the acts of every kind, and those that modules add for theirs."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from parvis.core.identity.models import Assignment, Person, Team
from parvis.core.registry.entries import BulkAct
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, gettext_noop

from . import operations
from .kinds import closes_itself, kinds_in_use
from .models import Case


def _teams() -> list[tuple[str, str]]:
    return [(str(team.pk), team.name) for team in Team.objects.all()]


def _staff() -> list[tuple[str, str]]:
    staff = Assignment.objects.filter(ends_at=None).values("person_id")
    return [(str(person.pk), person.name) for person in Person.objects.filter(pk__in=staff).order_by("name")]


def _key(choice: str) -> UUID:
    try:
        return UUID(choice)
    except ValueError:
        raise Invalid(gettext_noop("Choose one of the list."), field="choice") from None


def _give_team(*, actor: Actor, case: Case, choice: str, text: str, now: datetime) -> None:
    team = Team.objects.filter(pk=_key(choice)).first()
    operations.assign_case(actor=actor, case=case, team=team, assignee=case.assignee, now=now)


def _give_person(*, actor: Actor, case: Case, choice: str, text: str, now: datetime) -> None:
    person = Person.objects.filter(pk=_key(choice)).first()
    operations.assign_case(actor=actor, case=case, team=case.team, assignee=person, now=now)


def _start(*, actor: Actor, case: Case, choice: str, text: str, now: datetime) -> None:
    _unless_its_own(case)
    operations.start_case(actor=actor, case=case, now=now)


def _close(*, actor: Actor, case: Case, choice: str, text: str, now: datetime) -> None:
    _unless_its_own(case)
    operations.close_case(actor=actor, case=case, text=text, now=now)


def _unless_its_own(case: Case) -> None:
    if closes_itself(case):
        raise Invalid(gettext_noop("Requests of this kind have steps of their own."))


ACTS: tuple[BulkAct, ...] = (
    BulkAct(
        "team", _("Give to a team"), _give_team, icon="people", for_all=True, choices=_teams, choice_label=_("Team")
    ),
    BulkAct(
        "colleague",
        _("Give to a colleague"),
        _give_person,
        icon="user",
        for_all=True,
        choices=_staff,
        choice_label=_("Colleague"),
    ),
    BulkAct("start", _("Take in charge"), _start, icon="check"),
    BulkAct("close", _("Finish with an answer"), _close, icon="speech", asks_text=_("Answer to each person")),
)


def acts() -> list[BulkAct]:
    """Return every act of the kinds in use here: those of all kinds first."""
    kinds = kinds_in_use()
    own = [act for kind in kinds for act in kind.bulk]
    return [act for act in ACTS if act.for_all or any(not kind.bulk for kind in kinds)] + own


def act_named(name: str) -> BulkAct:
    """Return an act by its name. Raises Invalid."""
    for act in acts():
        if act.name == name:
            return act
    raise Invalid(gettext_noop("There is no such step."))
