"""Write the rules that give reports their team: a draft is changed, tried, then put in force."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from parvis.core.cases import operations as cases
from parvis.core.events.operations import record
from parvis.core.identity.models import Person, Team
from parvis.core.tenancy.memo import remembered
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, WrongState, gettext_noop, require
from parvis.modules.issues import rules
from parvis.modules.issues.models import Category, Issue, RoutingRule, RuleSet
from parvis.modules.issues.queries.routing import Route

MOST_RULES = 200
COPIED = (
    "order",
    "name",
    "category_id",
    "district_id",
    "asset_kind",
    "words",
    "weekdays",
    "from_hour",
    "to_hour",
    "team_id",
    "assignee_id",
    "promised_days",
)


@transaction.atomic
def draft_rules(*, actor: Actor, now: datetime, source: RuleSet | None = None) -> RuleSet:
    """Start a draft, with the lines of `source` (by default of the version in force). Raises NotAllowed, WrongState."""
    require(rules.can_configure(actor))
    last = RuleSet.objects.aggregate(last=Max("number"))["last"] or 0
    source = source or RuleSet.objects.filter(in_force_at__isnull=False, ended_at=None).first()
    try:
        with transaction.atomic():
            draft = RuleSet.objects.create(number=last + 1, created_at=now, created_by_id=actor.person_id)
    except IntegrityError:
        raise WrongState(gettext_noop("Somebody is writing new rules already. Go on with those.")) from None
    for line in source.rules.order_by("order", "id") if source else ():
        RoutingRule.objects.create(rule_set=draft, **{name: getattr(line, name) for name in COPIED})
    record(actor, "issues.rules_drafted", draft, now=now, number=draft.number)
    return draft


@transaction.atomic
def save_rule(*, actor: Actor, rule: RoutingRule) -> RoutingRule:
    """Add a line to a draft, at its end, or change one. Raises NotAllowed, WrongState (not a draft), Invalid."""
    require(rules.can_configure(actor))
    _hold_draft(rule.rule_set)
    if rule._state.adding:
        lines = rule.rule_set.rules.aggregate(last=Max("order"))["last"] or 0
        if rule.rule_set.rules.count() >= MOST_RULES:
            raise Invalid(gettext_noop("There are %(most)s rules already: join some."), most=MOST_RULES)
        rule.order = lines + 1
    if (rule.from_hour is None) != (rule.to_hour is None) or (
        rule.from_hour is not None and rule.from_hour == rule.to_hour
    ):
        raise Invalid(gettext_noop("Give both hours, and two that differ; or neither."), field="to_hour")
    rule.save()
    return rule


@transaction.atomic
def move_rule(*, actor: Actor, rule: RoutingRule, up: bool) -> None:
    """Let a line of a draft change places with its neighbour; at the end nothing happens.

    Raises NotAllowed, WrongState.
    """
    require(rules.can_configure(actor))
    _hold_draft(rule.rule_set)
    lines = list(rule.rule_set.rules.order_by("order", "id"))
    here = next(place for place, line in enumerate(lines) if line.pk == rule.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(lines):
        return
    lines[here], lines[there] = lines[there], lines[here]
    for order, line in enumerate(lines, start=1):
        RoutingRule.objects.filter(pk=line.pk).update(order=order)


@transaction.atomic
def delete_rule(*, actor: Actor, rule: RoutingRule) -> None:
    """Take a line out of a draft. Raises NotAllowed, WrongState."""
    require(rules.can_configure(actor))
    _hold_draft(rule.rule_set)
    rule.delete()


@transaction.atomic
def discard_draft(*, actor: Actor, draft: RuleSet, now: datetime) -> None:
    """Give up a draft; what is in force stays. Raises NotAllowed, WrongState."""
    require(rules.can_configure(actor))
    _hold_draft(draft)
    record(actor, "issues.rules_discarded", draft, now=now, number=draft.number)
    draft.delete()


@transaction.atomic
def put_rules_in_force(*, actor: Actor, draft: RuleSet, now: datetime) -> RuleSet:
    """Let reports follow a draft from now on; the version before is kept. Raises NotAllowed, WrongState."""
    require(rules.can_configure(actor))
    _hold_draft(draft)
    RuleSet.objects.filter(in_force_at__isnull=False, ended_at=None).update(ended_at=now)
    RuleSet.objects.filter(pk=draft.pk).update(in_force_at=now, in_force_by_id=actor.person_id)
    draft.in_force_at, draft.in_force_by_id = now, actor.person_id
    record(actor, "issues.rules_in_force", draft, now=now, number=draft.number)
    return draft


def _hold_draft(version: RuleSet) -> None:
    """Keep a draft ours until the end of the transaction: nobody puts it in force while a line changes."""
    if not RuleSet.objects.select_for_update().filter(pk=version.pk, in_force_at=None).exists():
        raise WrongState(gettext_noop("These rules are in force, or were: start a draft to change them."))


def team_of(route: Route, category: Category) -> Team | None:
    """Return the team of a route; a category's own needs no look into the table."""
    if route.team_id is None or route.team_id == category.team_id:
        return category.team if route.team_id else None
    rows = Team.objects.filter(pk=route.team_id)
    return remembered(("team", route.team_id), rows.first, fact_of=category.territory_id)


def follow_route(*, issue: Issue, route: Route, now: datetime) -> None:
    """Note which rule gave a report its team, and give its case to that team and to the colleague it names.

    A colleague who has left the staff is passed over: the team finds the report.
    """
    if issue.routed_by_id != route.rule_id:
        Issue.objects.filter(pk=issue.pk).update(routed_by_id=route.rule_id)
        issue.routed_by_id = route.rule_id
    case, system = issue.case, Actor.system(issue.territory_id)
    if route.assignee_id is None and case.team_id == route.team_id:
        return
    team = team_of(route, issue.category)
    try:
        with transaction.atomic():
            person = Person.objects.filter(pk=route.assignee_id).first() if route.assignee_id else case.assignee
            cases.assign_case(actor=system, case=case, team=team, assignee=person, now=now)
    except Invalid:
        if case.team_id != route.team_id:
            cases.assign_case(actor=system, case=case, team=team, now=now)
