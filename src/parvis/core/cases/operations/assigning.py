"""Give a case to a team or to somebody."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from parvis.core.cases import rules
from parvis.core.cases.models import Case
from parvis.core.identity.models import Assignment, Person, Team
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, WrongState, gettext_noop, require

from .history import write_history


@transaction.atomic
def assign_case(
    *, actor: Actor, case: Case, now: datetime, team: Team | None = None, assignee: Person | None = None
) -> Case:
    """Give an open case to a team, a colleague, both or nobody. Raises NotAllowed, Invalid, WrongState."""
    require(rules.can_work(actor, case))
    if assignee is not None and not _works_here(actor, assignee, now):
        raise Invalid(gettext_noop("This person does not work here. Choose somebody of the staff."), field="assignee")
    rows = Case.objects.filter(pk=case.pk, closed_at=None).update(team=team, assignee=assignee)
    if rows != 1:
        raise WrongState
    case.team, case.assignee = team, assignee
    write_history(
        actor=actor,
        case=case,
        name="assigned",
        now=now,
        team=str(team.pk) if team else None,
        assignee=str(assignee.pk) if assignee else None,
    )
    return case


def _works_here(actor: Actor, person: Person, now: datetime) -> bool:
    """Staff of a body to which the service was delegated hold no role here, but may take a case themselves."""
    if person.pk == actor.person_id:
        return True
    return Assignment.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), person=person, starts_at__lte=now).exists()
